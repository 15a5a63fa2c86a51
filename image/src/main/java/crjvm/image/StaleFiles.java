package crjvm.image;

/** The rule for a start when a file that the application has read has changed since. */
public enum StaleFiles {
  /** The application starts normally. */
  REFUSE,
  /** The application is restored, and a line names the file. */
  WARN,
  /** The application is restored. */
  IGNORE
}
