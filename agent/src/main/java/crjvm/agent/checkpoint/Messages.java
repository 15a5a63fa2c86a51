package crjvm.agent.checkpoint;

/** The first part of the package's messages. */
final class Messages {
  static final String FAILED = "checkpoint failed";

  private Messages() {}
}
