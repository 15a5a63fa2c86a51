package crjvm.entry;

import crjvm.crac.CheckpointException;
import crjvm.crac.RestoreException;

/**
 * Where inlined advice and {@code crjvm.crac} reach the agent: public, static and found by the
 * system class loader.
 */
public final class Hooks {
  private static volatile Agent agent;

  private Hooks() {}

  static void install(Agent installed) {
    agent = installed;
  }

  /** The agent, or null when the JVM runs without it. */
  public static Agent agent() {
    return agent;
  }

  /** Called by advice. */
  public static void methodReturned() {
    agent.methodReturned();
  }

  /** Called by advice. */
  public static String[] mainEntered(String[] arguments) {
    return agent.mainEntered(arguments);
  }

  /** Called by {@code crjvm.crac.Core}. */
  public static void checkpointRestore() throws CheckpointException, RestoreException {
    Agent present = agent;
    if (present == null) {
      throw new UnsupportedOperationException("the JVM was started without -javaagent:crjvm.jar");
    }
    present.checkpointRestore();
  }
}
