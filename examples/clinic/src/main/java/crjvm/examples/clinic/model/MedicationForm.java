package crjvm.examples.clinic.model;

/** The form in which a medication is taken. */
public enum MedicationForm {
  TABLET,
  CAPSULE,
  SYRUP,
  OINTMENT,
  INJECTION
}
