package crjvm.agent.tool.state;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * System properties that the initialisation of a class has set. They stay, because an
 * initialisation happens only once.
 */
final class InitialProperties {
  private final Map<Object, Object> set = new ConcurrentHashMap<>();
  private final ThreadLocal<Map<?, ?>> before = new ThreadLocal<>();

  /** Records that an initialisation begins in this thread. */
  void begin() {
    before.set((Map<?, ?>) System.getProperties().clone());
  }

  /** Records that the initialisation has ended. */
  void end() {
    Map<?, ?> then = before.get();
    before.remove();
    if (then != null) {
      System.getProperties()
          .forEach(
              (name, value) -> {
                if (!value.equals(then.get(name))) {
                  set.put(name, value);
                }
              });
    }
  }

  Map<Object, Object> all() {
    return Map.copyOf(set);
  }
}
