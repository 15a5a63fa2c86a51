package crjvm.image;

/** What becomes of a start when a file that the application has read has changed since. */
public enum StaleFiles {
  /** The application starts normally. */
  REFUSE,
  /** It is restored; a line names the file. */
  WARN,
  /** It is restored. */
  IGNORE
}
