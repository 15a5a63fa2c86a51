package crjvm.examples.clinic.model;

/** What a practitioner is trained for. */
public enum Profession {
  PHYSICIAN,
  SURGEON,
  NURSE,
  THERAPIST,
  RADIOGRAPHER
}
