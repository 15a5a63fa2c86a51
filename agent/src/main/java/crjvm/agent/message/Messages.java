package crjvm.agent.message;

/** The first part of the messages about failed checkpoints. */
public final class Messages {
  public static final String FAILED = "checkpoint failed";

  private Messages() {}
}
