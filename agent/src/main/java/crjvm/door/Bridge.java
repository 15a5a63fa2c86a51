package crjvm.door;

import crjvm.crac.CheckpointException;
import crjvm.crac.Core;
import crjvm.crac.RestoreException;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * The methods by which inlined advice and the public interface call the agent. They are public and
 * static, and the system class loader finds them.
 */
public final class Bridge {
  private static volatile Agent agent;

  private Bridge() {}

  static void install(Agent installed) {
    agent = installed;
    Core.setMaker(installed);
  }

  static Agent agent() {
    return agent;
  }

  /** Returns whether the JVM runs with the agent. {@code crjvm.Crjvm} calls it. */
  public static boolean isPresent() {
    return agent != null;
  }

  /** Reports the return of the method that is the warm point. Advice calls it. */
  public static void methodReturned() {
    agent.methodReturned();
  }

  /** Reports the call of the main method, and returns its arguments. Advice calls it. */
  public static String[] mainEntered(String[] arguments) {
    return agent.mainEntered(arguments);
  }

  /** Reports the loading of the main class. Advice calls it. */
  public static void launched(Class<?> mainClass) {
    agent.launched(mainClass);
  }

  /** Reports a call that ends the JVM. Returns the error to throw instead. Advice calls it. */
  public static Error exiting(int status, boolean halts) {
    return agent.exiting(status, halts);
  }

  /** Makes a checkpoint. {@code crjvm.Crjvm} calls it. */
  public static void checkpointRestore() throws CheckpointException, RestoreException {
    Core.checkpointRestore();
  }

  /** Registers a listener for checkpoints and restores. {@code crjvm.Crjvm} calls it. */
  public static void register(Callable<?> before, Callable<?> after) {
    Listeners.register(before, after);
  }

  /** Registers a listener for restored processes only. {@code crjvm.Crjvm} calls it. */
  public static void onRestore(Callable<?> listener) {
    Listeners.onRestore(listener);
  }

  /**
   * Adds names of settings that the application reads again after a restore. {@code crjvm.Crjvm}
   * calls it.
   */
  public static void rereads(List<String> patterns) {
    Listeners.rereads(patterns);
  }

  /** Adds a port and the names of the settings that determine it. {@code crjvm.Crjvm} calls it. */
  public static void portFollows(int port, List<String> settings) {
    Listeners.portFollows(port, settings);
  }

  /** Returns the arguments of this start, or those of the checkpoint if the restore got none. */
  public static List<String> arguments() {
    return agent.arguments();
  }
}
