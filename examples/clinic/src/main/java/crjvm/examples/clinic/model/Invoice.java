package crjvm.examples.clinic.model;

import jakarta.persistence.Entity;
import jakarta.persistence.ManyToOne;
import jakarta.validation.constraints.Digits;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.PastOrPresent;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import java.math.BigDecimal;
import java.time.LocalDate;

/** An amount that a patient owes the clinic. */
@Entity
public class Invoice extends ClinicRecord {
  @NotNull
  @Pattern(regexp = "INV-[0-9]{6}", message = "must look like INV-123456")
  private String reference;

  @NotNull @ManyToOne private Patient patient;

  @NotNull @PastOrPresent private LocalDate issuedOn;

  @NotNull
  @Positive
  @Digits(integer = 8, fraction = 2)
  private BigDecimal amount;

  private boolean paid;

  @Override
  public String getLabel() {
    return reference;
  }

  public String getReference() {
    return reference;
  }

  public void setReference(String reference) {
    this.reference = reference;
  }

  public Patient getPatient() {
    return patient;
  }

  public void setPatient(Patient patient) {
    this.patient = patient;
  }

  public LocalDate getIssuedOn() {
    return issuedOn;
  }

  public void setIssuedOn(LocalDate issuedOn) {
    this.issuedOn = issuedOn;
  }

  public BigDecimal getAmount() {
    return amount;
  }

  public void setAmount(BigDecimal amount) {
    this.amount = amount;
  }

  public boolean isPaid() {
    return paid;
  }

  public void setPaid(boolean paid) {
    this.paid = paid;
  }
}
