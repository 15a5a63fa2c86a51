package crjvm.entry;

import crjvm.crac.CheckpointException;
import crjvm.crac.Core;
import crjvm.crac.RestoreException;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Where inlined advice, {@code crjvm.crac} and the public interface reach the agent: public, static
 * and found by the system class loader.
 */
public final class Hooks {
  private static volatile Agent agent;

  private Hooks() {}

  static void install(Agent installed) {
    agent = installed;
    Core.setMaker(installed);
  }

  static Agent agent() {
    return agent;
  }

  /** Whether the JVM runs with the agent; called by {@code crjvm.Crjvm}. */
  public static boolean isPresent() {
    return agent != null;
  }

  /** Called by advice. */
  public static void methodReturned() {
    agent.methodReturned();
  }

  /** Called by advice. */
  public static void textMade(Object text) {
    agent.textMade(text);
  }

  /** Called by advice. */
  public static String[] mainEntered(String[] arguments) {
    return agent.mainEntered(arguments);
  }

  /** Called by advice. */
  public static void launched(Class<?> mainClass) {
    agent.launched(mainClass);
  }

  /** Called by advice. */
  public static Error exiting(int status, boolean halts) {
    return agent.exiting(status, halts);
  }

  /** Called by {@code crjvm.Crjvm}. */
  public static void checkpointRestore() throws CheckpointException, RestoreException {
    Core.checkpointRestore();
  }

  /** Called by {@code crjvm.Crjvm}: one listener, before checkpoints and after restores. */
  public static void register(Callable<?> before, Callable<?> after) {
    Listeners.register(before, after);
  }

  /** Called by {@code crjvm.Crjvm}: a listener in restored processes only. */
  public static void onRestore(Callable<?> listener) {
    Listeners.onRestore(listener);
  }

  /** Called by {@code crjvm.Crjvm}: names of settings that are read again after a restore. */
  public static void rereads(List<String> patterns) {
    Listeners.rereads(patterns);
  }

  /** Called by {@code crjvm.Crjvm}: a port, and the names of settings that say so. */
  public static void portFollows(int port, List<String> settings) {
    Listeners.portFollows(port, settings);
  }

  /** The arguments of this start; those of the checkpoint if the restore got none. */
  public static List<String> arguments() {
    return agent.arguments();
  }
}
