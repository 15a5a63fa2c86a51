package crjvm.crac;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/**
 * The resources of the application. beforeCheckpoint is called in reverse order of registration,
 * afterRestore in the order of registration. Both are called for the same resources, also after
 * failures. A resource that is registered in between takes part in the next checkpoint.
 */
public final class GlobalContext extends Context<Resource> {
  // The registered resources, which are only compared by identity. A proxy of org.crac throws
  // exceptions from equals, hashCode and toString once its resource is collected.
  private final List<WeakReference<Resource>> registered = new ArrayList<>();
  private List<Resource> notified = List.of();

  GlobalContext() {}

  /**
   * Registers a resource. If it is registered again, the last registration determines its order.
   */
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
      } catch (Throwable e) { // an Error must not keep the other resources closed
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
   * Adds a failure to the collected ones. If a context among the resources has collected failures,
   * these are added instead of its exception. org.crac's exceptions have other classes and are
   * added unchanged.
   */
  private static void suppress(Exception collector, Throwable failure) {
    if (failure.getClass() == collector.getClass() && failure.getSuppressed().length > 0) {
      for (Throwable each : failure.getSuppressed()) {
        collector.addSuppressed(each);
      }
      return;
    }
    if (failure instanceof InterruptedException) {
      Thread.currentThread().interrupt(); // the caller may need to know
    }
    collector.addSuppressed(failure);
  }
}
