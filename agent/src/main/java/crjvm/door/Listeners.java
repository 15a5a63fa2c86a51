package crjvm.door;

import crjvm.crac.Context;
import crjvm.crac.Core;
import crjvm.crac.Resource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** The listeners of the public interface, {@code crjvm.Crjvm}. */
public final class Listeners {
  // The resources of listeners, which the context holds only weakly.
  private static final List<Resource> RESOURCES = new CopyOnWriteArrayList<>();
  private static final List<Callable<?>> OF_RESTORE = new CopyOnWriteArrayList<>();

  private static final List<String> REREAD = new CopyOnWriteArrayList<>();
  private static final Map<Integer, List<String>> PORTS = new ConcurrentHashMap<>();

  private Listeners() {}

  static void register(Callable<?> before, Callable<?> after) {
    Resource resource = new Pair(before, after);
    RESOURCES.add(resource);
    Core.getGlobalContext().register(resource);
  }

  static void onRestore(Callable<?> listener) {
    OF_RESTORE.add(Objects.requireNonNull(listener));
  }

  static void rereads(List<String> patterns) {
    REREAD.addAll(patterns);
  }

  /**
   * Returns the settings that the application reads again after a restore, in the form of {@code
   * crjvm.Crjvm}.
   */
  public static List<String> reread() {
    return List.copyOf(REREAD);
  }

  static void portFollows(int port, List<String> settings) {
    PORTS.put(port, List.copyOf(settings));
  }

  /** Returns ports and the settings that determine them, in the form of {@code crjvm.Crjvm}. */
  public static Map<Integer, List<String>> ports() {
    return Map.copyOf(PORTS);
  }

  /** Returns whether there are listeners, which get the arguments of a restore. */
  public static boolean areThereAny() {
    return !RESOURCES.isEmpty() || !OF_RESTORE.isEmpty();
  }

  /** Returns the listeners for restored processes only, in the order of their registration. */
  public static List<Callable<?>> ofRestore() {
    return List.copyOf(OF_RESTORE);
  }

  private record Pair(Callable<?> before, Callable<?> after) implements Resource {
    @Override
    public void beforeCheckpoint(Context<? extends Resource> context) throws Exception {
      before.call();
    }

    @Override
    public void afterRestore(Context<? extends Resource> context) throws Exception {
      after.call();
    }
  }
}
