package crjvm.cli;

/** The exit statuses of the command line, which are those of the launcher. */
final class ExitStatus {
  /** The status if the command failed. */
  static final int FAILED = 1;

  /** The status if the command line is wrong, or crjvm itself has failed. */
  static final int USAGE = 125;

  private ExitStatus() {}
}
