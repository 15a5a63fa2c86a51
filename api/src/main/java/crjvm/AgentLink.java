package crjvm;

import java.lang.reflect.InvocationTargetException;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Calls the agent by reflection and with the JDK's types only. This class may exist without the
 * agent, and a second time in a class loader that asks its parent last, as those of web
 * applications do.
 */
final class AgentLink {
  private static final String BRIDGE = "crjvm.door.Bridge";

  private AgentLink() {}

  static boolean isPresent() {
    Class<?> bridge = bridge();
    return bridge != null && (Boolean) call(bridge, "isPresent", new Class<?>[0]);
  }

  static void checkpoint() throws CheckpointException, RestoreException {
    Class<?> bridge = bridge();
    if (bridge == null) {
      throw new UnsupportedOperationException("the JVM was started without -javaagent:crjvm.jar");
    }
    try {
      bridge.getMethod("checkpointRestore").invoke(null);
    } catch (InvocationTargetException e) {
      Throwable cause = e.getCause();
      if (cause.getClass().getName().equals("crjvm.crac.CheckpointException")) {
        throw new CheckpointException(cause);
      } else if (cause.getClass().getName().equals("crjvm.crac.RestoreException")) {
        throw new RestoreException(cause);
      }
      throw unchecked(cause);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  static void register(Callable<?> before, Callable<?> after) {
    Class<?> bridge = bridge();
    if (bridge != null) {
      call(bridge, "register", new Class<?>[] {Callable.class, Callable.class}, before, after);
    }
  }

  static void onRestore(Callable<?> listener) {
    Class<?> bridge = bridge();
    if (bridge != null) {
      call(bridge, "onRestore", new Class<?>[] {Callable.class}, listener);
    }
  }

  static void rereads(List<String> patterns) {
    Class<?> bridge = bridge();
    if (bridge != null) {
      call(bridge, "rereads", new Class<?>[] {List.class}, patterns);
    }
  }

  static void portFollows(int port, List<String> settings) {
    Class<?> bridge = bridge();
    if (bridge != null) {
      call(bridge, "portFollows", new Class<?>[] {int.class, List.class}, port, settings);
    }
  }

  /** Returns the arguments of this start. Only listeners that the agent calls ask for them. */
  @SuppressWarnings("unchecked")
  static List<String> arguments() {
    return (List<String>) call(bridge(), "arguments", new Class<?>[0]);
  }

  /**
   * Returns the agent's class, or null if there is no agent. It is looked up every time, because
   * the agent may be attached later.
   */
  private static Class<?> bridge() {
    try {
      return Class.forName(BRIDGE, true, ClassLoader.getSystemClassLoader());
    } catch (ClassNotFoundException e) {
      return null;
    }
  }

  private static Object call(Class<?> bridge, String name, Class<?>[] types, Object... arguments) {
    try {
      return bridge.getMethod(name, types).invoke(null, arguments);
    } catch (InvocationTargetException e) {
      throw unchecked(e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e); // an agent of another version
    }
  }

  private static RuntimeException unchecked(Throwable cause) {
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof RuntimeException e ? e : new IllegalStateException(cause);
  }
}
