package crjvm.entry;

import crjvm.crac.Context;
import crjvm.crac.Core;
import crjvm.crac.Resource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;

/** The listeners of the public interface, {@code crjvm.Crjvm}. */
public final class Listeners {
  // The context holds them weakly.
  private static final List<Resource> RESOURCES = new CopyOnWriteArrayList<>();
  private static final List<Callable<?>> OF_RESTORE = new CopyOnWriteArrayList<>();

  private Listeners() {}

  static void register(Callable<?> before, Callable<?> after) {
    Resource resource = new Pair(before, after);
    RESOURCES.add(resource);
    Core.getGlobalContext().register(resource);
  }

  static void onRestore(Callable<?> listener) {
    OF_RESTORE.add(Objects.requireNonNull(listener));
  }

  /** Those that are called in restored processes only, in registration order. */
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
