package crjvm.cli;

/** How the command line ends, as the launcher has it. */
final class ExitStatus {
  /** What was asked for could not be done. */
  static final int FAILED = 1;

  /** The command line is wrong, or crjvm itself has failed. */
  static final int USAGE = 125;

  private ExitStatus() {}
}
