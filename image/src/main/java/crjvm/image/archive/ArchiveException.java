package crjvm.image.archive;

/** Why an archive can't be used, before anyone says which archive. */
final class ArchiveException extends Exception {
  private static final long serialVersionUID = 1;

  enum Kind {
    /** Something else altogether. */
    FOREIGN,
    /** Of another version of the format. */
    VERSION,
    /** Not what was written. */
    DAMAGED,
    /** Undamaged, and yet not what crjvm writes. */
    FORGED
  }

  private final Kind kind;

  ArchiveException(Kind kind, String why) {
    super(why);
    this.kind = kind;
  }

  static ArchiveException forged(String why) {
    return new ArchiveException(Kind.FORGED, why);
  }

  Kind kind() {
    return kind;
  }
}
