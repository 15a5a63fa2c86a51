package crjvm.entry;

import java.lang.instrument.Instrumentation;

/** The door of the agent. Whatever goes wrong behind it, the application runs. */
public final class Premain {
  private static final String AGENT = "crjvm.agent.CheckpointAgent";

  /** org.crac reads it once, in its static initialiser. */
  private static final String IMPLEMENTATION = "org.crac.Core.Compat";

  private Premain() {}

  /**
   * Called by the JVM for {@code -javaagent:crjvm.jar=OPTIONS}, before the application's main
   * method.
   */
  @SuppressWarnings("CatchAndPrintStackTrace") // on demand only
  public static void premain(String options, Instrumentation instrumentation) {
    try {
      Agent agent =
          (Agent)
              IsolatedClassLoader.open().loadClass(AGENT).getDeclaredConstructor().newInstance();
      Hooks.install(agent);
      if (agent.start(options == null ? "" : options, instrumentation)) {
        System.setProperty(IMPLEMENTATION, "crjvm.crac");
      }
    } catch (Throwable e) { // an Error of the agent's must not be the application's end either
      System.err.println("crjvm: the agent could not start: " + e + "; set CRJVM_DEBUG=1 for more");
      if ("1".equals(System.getenv("CRJVM_DEBUG"))) {
        e.printStackTrace();
      }
    }
  }

  /** Called by the JVM when the agent is attached to a running process. */
  public static void agentmain(String options, Instrumentation instrumentation) {
    premain(options, instrumentation);
  }
}
