package crjvm.image.archive.frame;

/** Says why an archive can't be used. The caller adds which archive it is. */
public final class ArchiveException extends Exception {
  private static final long serialVersionUID = 1;

  public enum Kind {
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

  public ArchiveException(Kind kind, String why) {
    super(why);
    this.kind = kind;
  }

  public static ArchiveException forged(String why) {
    return new ArchiveException(Kind.FORGED, why);
  }

  public Kind kind() {
    return kind;
  }
}
