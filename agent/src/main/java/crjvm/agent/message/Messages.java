package crjvm.agent.message;

/** The first part of the package's messages. */
public final class Messages {
  public static final String FAILED = "checkpoint failed";

  private Messages() {}
}
