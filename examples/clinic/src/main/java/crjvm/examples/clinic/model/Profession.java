package crjvm.examples.clinic.model;

/** The profession of a practitioner. */
public enum Profession {
  PHYSICIAN,
  SURGEON,
  NURSE,
  THERAPIST,
  RADIOGRAPHER
}
