package crjvm.agent.randomness;

import crjvm.agent.os.jdk.JdkInside;
import crjvm.agent.os.jdk.MutableField;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Secrets of {@code SplittableRandom} and the JDK's algorithms of {@code RandomGenerator}. */
final class GeneratorSecrets implements Secrets {
  private final Field splittableSeed = JdkInside.field(SplittableRandom.class, "seed");
  private final Map<Class<?>, Algorithm> algorithms = new HashMap<>();

  /**
   * The source of a new state, and all fields of the generator. The source is the constructor that
   * the JDK calls with its own seed, because the one that takes bytes fails for L128X256MixRandom
   * on JDK 17.
   */
  private static final class Algorithm {
    private final Constructor<?> constructor;
    private final List<MutableField> fields = new ArrayList<>();

    Algorithm(Class<?> type) throws ReflectiveOperationException {
      constructor = type.getDeclaredConstructor(long.class);
      constructor.setAccessible(true);
      for (Field field : type.getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers())) {
          fields.add(new MutableField(field));
        }
      }
    }

    void renew(Object owner, long seed) throws ReflectiveOperationException {
      Object other = constructor.newInstance(seed);
      for (MutableField field : fields) {
        field.set(owner, field.get(other));
      }
    }
  }

  GeneratorSecrets() throws ReflectiveOperationException {}

  @Override
  public boolean renew(Object owner, Entropy entropy)
      throws ReflectiveOperationException, IOException {
    if (!(owner instanceof RandomGenerator)) {
      return false;
    }
    if (owner instanceof SplittableRandom) {
      splittableSeed.setLong(owner, entropy.nextLong());
      return true;
    }
    Algorithm algorithm = algorithms.get(owner.getClass());
    if (algorithm == null) {
      algorithm = new Algorithm(owner.getClass());
      algorithms.put(owner.getClass(), algorithm);
    }
    algorithm.renew(owner, entropy.nextLong());
    return true;
  }
}
