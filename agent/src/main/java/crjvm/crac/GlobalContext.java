package crjvm.crac;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * The resources of the application. beforeCheckpoint in reverse order of registration, afterRestore
 * in the order of registration, for the same resources, after failures too. What registers in
 * between belongs to the next checkpoint.
 */
public final class GlobalContext extends Context<Resource> {
  // Only ever compared by identity: a proxy of org.crac throws from equals, hashCode and toString
  // once its resource is gone.
  private final List<WeakReference<Resource>> registered = new ArrayList<>();
  private List<Resource> notified = List.of();

  GlobalContext() {}

  /** Once more: its turn is that of the last time. */
  @Override
  public synchronized void register(Resource resource) {
    Objects.requireNonNull(resource);
    registered.removeIf(reference -> reference.refersTo(null) || reference.refersTo(resource));
    registered.add(new WeakReference<>(resource));
  }

  @Override
  public void beforeCheckpoint(Context<? extends Resource> context) throws CheckpointException {
    List<Resource> resources = living();
    notified = new ArrayList<>(resources);
    Collections.reverse(resources);
    CheckpointException failure = null;
    for (Resource resource : resources) {
      try {
        resource.beforeCheckpoint(this);
      } catch (Throwable e) { // an Error must not keep what others closed from being opened again
        failure = failure == null ? new CheckpointException() : failure;
        suppress(failure, e);
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  @Override
  public void afterRestore(Context<? extends Resource> context) throws RestoreException {
    List<Resource> resources = notified;
    notified = List.of();
    RestoreException failure = null;
    for (Resource resource : resources) {
      try {
        resource.afterRestore(this);
      } catch (Throwable e) {
        failure = failure == null ? new RestoreException() : failure;
        suppress(failure, e);
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private synchronized List<Resource> living() {
    List<Resource> resources = new ArrayList<>(registered.size());
    for (WeakReference<Resource> reference : registered) {
      Resource resource = reference.get();
      if (resource != null) {
        resources.add(resource);
      }
    }
    return resources;
  }

  /**
   * A context among the resources has collected its own failures: they count, not their collector.
   * org.crac's exceptions are of other classes and stay as they are.
   */
  private static void suppress(Exception collector, Throwable failure) {
    if (failure.getClass() == collector.getClass() && failure.getSuppressed().length > 0) {
      for (Throwable each : failure.getSuppressed()) {
        collector.addSuppressed(each);
      }
      return;
    }
    if (failure instanceof InterruptedException) {
      Thread.currentThread().interrupt(); // whoever asked for the checkpoint may want to know
    }
    collector.addSuppressed(failure);
  }
}
