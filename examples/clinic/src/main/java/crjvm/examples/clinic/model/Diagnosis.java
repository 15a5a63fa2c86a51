package crjvm.examples.clinic.model;

import jakarta.persistence.Entity;
import jakarta.persistence.ManyToOne;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.PastOrPresent;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.LocalDate;

/** A condition that a practitioner has found in a patient. */
@Entity
public class Diagnosis extends ClinicRecord {
  @NotNull @ManyToOne private Patient patient;

  @NotNull @ManyToOne private Practitioner practitioner;

  @NotNull
  @Pattern(regexp = "[A-Z][0-9]{2}(\\.[0-9])?", message = "must look like J45 or J45.1")
  private String code;

  @NotBlank
  @Size(max = 80)
  private String title;

  @NotNull @PastOrPresent private LocalDate madeOn;

  private boolean chronic;

  @Override
  public String getLabel() {
    return code + " " + title;
  }

  public Patient getPatient() {
    return patient;
  }

  public void setPatient(Patient patient) {
    this.patient = patient;
  }

  public Practitioner getPractitioner() {
    return practitioner;
  }

  public void setPractitioner(Practitioner practitioner) {
    this.practitioner = practitioner;
  }

  public String getCode() {
    return code;
  }

  public void setCode(String code) {
    this.code = code;
  }

  public String getTitle() {
    return title;
  }

  public void setTitle(String title) {
    this.title = title;
  }

  public LocalDate getMadeOn() {
    return madeOn;
  }

  public void setMadeOn(LocalDate madeOn) {
    this.madeOn = madeOn;
  }

  public boolean isChronic() {
    return chronic;
  }

  public void setChronic(boolean chronic) {
    this.chronic = chronic;
  }
}
