package crjvm.examples.clinic.model;

import jakarta.persistence.Entity;
import jakarta.persistence.ManyToOne;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.PastOrPresent;
import jakarta.validation.constraints.PositiveOrZero;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.time.LocalDate;

/** One measured value of a patient's sample, with the bounds of the normal range. */
@Entity
public class LabTest extends ClinicRecord {
  @NotNull @ManyToOne private Patient patient;

  @NotBlank
  @Size(max = 80)
  private String analyte;

  @NotNull @PastOrPresent private LocalDate takenOn;

  @NotNull @PositiveOrZero private BigDecimal measured;

  @NotNull @PositiveOrZero private BigDecimal lowerBound;

  @NotNull @PositiveOrZero private BigDecimal upperBound;

  @NotBlank
  @Size(max = 12)
  private String unit;

  @Override
  public String getLabel() {
    return analyte + " of " + patient.getLabel();
  }

  /** Returns whether the value is outside the normal range. */
  public boolean isAbnormal() {
    return measured.compareTo(lowerBound) < 0 || measured.compareTo(upperBound) > 0;
  }

  public Patient getPatient() {
    return patient;
  }

  public void setPatient(Patient patient) {
    this.patient = patient;
  }

  public String getAnalyte() {
    return analyte;
  }

  public void setAnalyte(String analyte) {
    this.analyte = analyte;
  }

  public LocalDate getTakenOn() {
    return takenOn;
  }

  public void setTakenOn(LocalDate takenOn) {
    this.takenOn = takenOn;
  }

  public BigDecimal getMeasured() {
    return measured;
  }

  public void setMeasured(BigDecimal measured) {
    this.measured = measured;
  }

  public BigDecimal getLowerBound() {
    return lowerBound;
  }

  public void setLowerBound(BigDecimal lowerBound) {
    this.lowerBound = lowerBound;
  }

  public BigDecimal getUpperBound() {
    return upperBound;
  }

  public void setUpperBound(BigDecimal upperBound) {
    this.upperBound = upperBound;
  }

  public String getUnit() {
    return unit;
  }

  public void setUnit(String unit) {
    this.unit = unit;
  }
}
