package crjvm.examples.clinic.model;

import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.ManyToOne;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.time.LocalDateTime;

/** A patient's visit to a practitioner. */
@Entity
public class Appointment extends ClinicRecord {
  public static final int MAX_MINUTES = 240;

  @NotNull @ManyToOne private Patient patient;

  @NotNull @ManyToOne private Practitioner practitioner;

  @NotNull @ManyToOne private Room room;

  @NotNull private LocalDateTime startsAt;

  @Min(5)
  @Max(MAX_MINUTES)
  private int minutes;

  @NotNull
  @Enumerated(EnumType.STRING)
  private AppointmentStatus status;

  @NotBlank
  @Size(max = 200)
  private String reason;

  @Override
  public String getLabel() {
    return patient.getLabel() + " with " + practitioner.getLabel();
  }

  public LocalDateTime getEndsAt() {
    return startsAt.plusMinutes(minutes);
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

  public Room getRoom() {
    return room;
  }

  public void setRoom(Room room) {
    this.room = room;
  }

  public LocalDateTime getStartsAt() {
    return startsAt;
  }

  public void setStartsAt(LocalDateTime startsAt) {
    this.startsAt = startsAt;
  }

  public int getMinutes() {
    return minutes;
  }

  public void setMinutes(int minutes) {
    this.minutes = minutes;
  }

  public AppointmentStatus getStatus() {
    return status;
  }

  public void setStatus(AppointmentStatus status) {
    this.status = status;
  }

  public String getReason() {
    return reason;
  }

  public void setReason(String reason) {
    this.reason = reason;
  }
}
