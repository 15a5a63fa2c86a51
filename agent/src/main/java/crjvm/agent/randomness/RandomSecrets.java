package crjvm.agent.randomness;

import crjvm.agent.os.jdk.JdkInside;
import java.io.IOException;
import java.lang.reflect.Field;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/** Secrets of {@code java.util.Random} and its subclasses. */
final class RandomSecrets implements Secrets {
  private static final long MASK = (1L << 48) - 1;

  private final Set<Object> selfSeeded;
  private final Field seed = JdkInside.field(Random.class, "seed");
  private final Field hasGaussian = JdkInside.field(Random.class, "haveNextNextGaussian");

  RandomSecrets(Set<Object> selfSeeded) throws ReflectiveOperationException {
    this.selfSeeded = selfSeeded;
  }

  @Override
  public boolean renew(Object owner, Entropy entropy)
      throws ReflectiveOperationException, IOException {
    if (!(owner instanceof Random)) {
      return false;
    }
    if (owner.getClass() == Random.class) {
      // setSeed is not called, because its seed would count as the application's.
      ((AtomicLong) seed.get(owner)).set(entropy.nextLong() & MASK);
      hasGaussian.setBoolean(owner, false); // the second of a pair
    } else if (!(owner instanceof ThreadLocalRandom)) { // its state is in the threads
      renewSubclass((Random) owner, entropy.nextLong());
    }
    return true;
  }

  /** Calls setSeed like the constructor of Random, because a subclass may have its own state. */
  private void renewSubclass(Random owner, long newSeed) throws IllegalAccessException {
    try {
      owner.setSeed(newSeed);
    } catch (RuntimeException e) { // the subclass does not allow it any more
      ((AtomicLong) seed.get(owner)).set(newSeed & MASK);
    }
    hasGaussian.setBoolean(owner, false);
    selfSeeded.add(owner);
  }
}
