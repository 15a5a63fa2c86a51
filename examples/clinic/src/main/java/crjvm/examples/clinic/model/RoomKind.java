package crjvm.examples.clinic.model;

/** The purpose of a room. */
public enum RoomKind {
  CONSULTATION,
  TREATMENT,
  LABORATORY,
  IMAGING,
  WAITING
}
