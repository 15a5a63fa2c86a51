package crjvm.door;

import java.io.IOException;
import java.lang.instrument.Instrumentation;

/** The class of the agent that the JVM calls. If the agent fails, the application still runs. */
public final class Premain {
  /**
   * The environment variable with the id of a process in which the agent does nothing, even if its
   * option is present.
   */
  public static final String OFF = "CRJVM_AGENT_OFF";

  private static final String AGENT = "crjvm.agent.CheckpointAgent";

  /** The property that org.crac reads once, in its static initialiser. */
  private static final String IMPLEMENTATION = "org.crac.Core.Compat";

  /**
   * The beginning of the options of a JVM that makes an image for others and never runs the
   * application.
   */
  private static final String MAKER = "at=launch,entry=";

  private Premain() {}

  /**
   * Starts the agent. The JVM calls it for {@code -javaagent:crjvm.jar=OPTIONS} before the
   * application's main method.
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

  /**
   * Starts the agent in a running process, which may already have it. The JVM calls it when the
   * agent is attached.
   */
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
    } catch (Throwable e) { // an Error of the agent must not end the application either
      System.err.println("crjvm: the agent could not start: " + e + "; set CRJVM_DEBUG=1 for more");
      if ("1".equals(System.getenv("CRJVM_DEBUG"))) {
        e.printStackTrace();
      }
    }
    if (!isStarted && options.startsWith(MAKER)) {
      Runtime.getRuntime().halt(1);
    }
  }

  /** Returns the agent. There is at most one. */
  private static synchronized Agent agent() throws ReflectiveOperationException, IOException {
    if (!Bridge.isPresent()) {
      Bridge.install(
          (Agent)
              IsolatedClassLoader.open().loadClass(AGENT).getDeclaredConstructor().newInstance());
    }
    return Bridge.agent();
  }
}
