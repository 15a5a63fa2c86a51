package crjvm.entry;

import java.io.IOException;
import java.lang.instrument.Instrumentation;

/** The door of the agent. Whatever goes wrong behind it, the application runs. */
public final class Premain {
  /**
   * The environment variable with the id of a process in which the agent, wherever its option
   * stands, does nothing.
   */
  public static final String OFF = "CRJVM_AGENT_OFF";

  private static final String AGENT = "crjvm.agent.CheckpointAgent";

  /** org.crac reads it once, in its static initialiser. */
  private static final String IMPLEMENTATION = "org.crac.Core.Compat";

  /** Of a JVM that is there to make an image for others, and is never to run the application. */
  private static final String MAKER = "at=launch,entry=";

  private Premain() {}

  /**
   * Called by the JVM for {@code -javaagent:crjvm.jar=OPTIONS}, before the application's main
   * method.
   */
  public static void premain(String options, Instrumentation instrumentation) {
    if (!isOff() && (options == null || !MakerFiles.isForAnother(options))) {
      start(options == null ? "" : options, instrumentation, false);
    }
  }

  private static boolean isOff() {
    String process = System.getenv(OFF);
    return process != null && process.equals(Long.toString(ProcessHandle.current().pid()));
  }

  /** Called by the JVM when the agent is attached to a running process, which may have it. */
  public static void agentmain(String options, Instrumentation instrumentation) {
    start(options == null ? "" : options, instrumentation, true);
  }

  @SuppressWarnings("CatchAndPrintStackTrace") // on demand only
  private static void start(String options, Instrumentation instrumentation, boolean isAttached) {
    boolean isStarted = false;
    try {
      Agent agent = agent();
      isStarted =
          isAttached
              ? agent.attach(options, instrumentation)
              : agent.start(options, instrumentation);
      if (isStarted) {
        System.setProperty(IMPLEMENTATION, "crjvm.crac");
      }
    } catch (Throwable e) { // an Error of the agent's must not be the application's end either
      System.err.println("crjvm: the agent could not start: " + e + "; set CRJVM_DEBUG=1 for more");
      if ("1".equals(System.getenv("CRJVM_DEBUG"))) {
        e.printStackTrace();
      }
    }
    if (!isStarted && options.startsWith(MAKER)) {
      Runtime.getRuntime().halt(1);
    }
  }

  /** There is one at most. */
  private static synchronized Agent agent() throws ReflectiveOperationException, IOException {
    if (!Hooks.isPresent()) {
      Hooks.install(
          (Agent)
              IsolatedClassLoader.open().loadClass(AGENT).getDeclaredConstructor().newInstance());
    }
    return Hooks.agent();
  }
}
