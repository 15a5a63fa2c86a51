package crjvm.examples.clinic.model;

/** The state of an appointment. */
public enum AppointmentStatus {
  PLANNED,
  CONFIRMED,
  DONE,
  CANCELLED
}
