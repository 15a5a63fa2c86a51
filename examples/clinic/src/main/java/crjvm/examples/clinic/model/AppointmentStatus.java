package crjvm.examples.clinic.model;

/** How far an appointment has got. */
public enum AppointmentStatus {
  PLANNED,
  CONFIRMED,
  DONE,
  CANCELLED
}
