package crjvm.it.matrix;

import java.util.Set;
import org.junit.jupiter.api.parallel.ResourceLocksProvider;

/** A lock for each class, so that its methods run one after the other. */
final class OwnLock implements ResourceLocksProvider {
  @Override
  public Set<Lock> provideForClass(Class<?> testClass) {
    return Set.of(new Lock(testClass.getName()));
  }
}
