package crjvm.examples.clinic.model;

/** How a medication is taken. */
public enum MedicationForm {
  TABLET,
  CAPSULE,
  SYRUP,
  OINTMENT,
  INJECTION
}
