package crjvm.it.app;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.crac.CheckpointException;
import org.crac.Context;
import org.crac.Resource;
import org.crac.RestoreException;

/** A context of the application's own: a resource that calls other resources. */
final class ProbeGroup extends Context<Resource> {
  private final List<Resource> resources = new ArrayList<>();

  @Override
  public void register(Resource resource) {
    resources.add(resource);
  }

  @Override
  public void beforeCheckpoint(Context<? extends Resource> context) throws CheckpointException {
    List<Resource> reverse = new ArrayList<>(resources);
    Collections.reverse(reverse);
    CheckpointException failures = new CheckpointException();
    for (Resource resource : reverse) {
      try {
        resource.beforeCheckpoint(this);
      } catch (Exception e) {
        failures.addSuppressed(e);
      }
    }
    if (failures.getSuppressed().length > 0) {
      throw failures;
    }
  }

  @Override
  public void afterRestore(Context<? extends Resource> context) throws RestoreException {
    RestoreException failures = new RestoreException();
    for (Resource resource : resources) {
      try {
        resource.afterRestore(this);
      } catch (Exception e) {
        failures.addSuppressed(e);
      }
    }
    if (failures.getSuppressed().length > 0) {
      throw failures;
    }
  }
}
