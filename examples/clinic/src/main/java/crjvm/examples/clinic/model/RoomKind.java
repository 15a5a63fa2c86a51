package crjvm.examples.clinic.model;

/** What a room is for. */
public enum RoomKind {
  CONSULTATION,
  TREATMENT,
  LABORATORY,
  IMAGING,
  WAITING
}
