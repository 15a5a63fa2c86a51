package crjvm.image.archive;

/** Says why an archive can't be used. The caller adds which archive it is. */
final class ArchiveException extends Exception {
  private static final long serialVersionUID = 1;

  enum Kind {
    /** The file is not an archive of crjvm. */
    FOREIGN,
    /** The archive has another version of the format. */
    VERSION,
    /** The archive has changed since it was written. */
    DAMAGED,
    /** The archive is undamaged, but crjvm does not write such archives. */
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
