package crjvm.entry;

import crjvm.RestoreListener;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

/** The listeners of {@link crjvm.Crjvm#onRestore}, where both sides of the jar see them. */
public final class RestoreListeners {
  private static final List<RestoreListener> LISTENERS = new CopyOnWriteArrayList<>();

  private RestoreListeners() {}

  public static void add(RestoreListener listener) {
    LISTENERS.add(Objects.requireNonNull(listener));
  }

  /** In registration order. */
  public static List<RestoreListener> all() {
    return List.copyOf(LISTENERS);
  }
}
