package crjvm.agent.randomness;

import crjvm.agent.message.Console;
import crjvm.agent.message.JdkLack;
import crjvm.agent.os.jdk.JdkInside;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGeneratorFactory;

/**
 * The static counters from which new generators and threads get their seeds. A class that is not
 * initialised yet would take its first seed from the clock, at the same time in all copies.
 * Therefore all of these classes are initialised here.
 */
final class Seeders {
  /** Generators that are handled in other ways. */
  private static final Set<String> NO_ALGORITHMS =
      Set.of("Random", "SecureRandom", "SplittableRandom");

  private final AtomicLong uniquifier = counter(Random.class, "seedUniquifier");
  private final List<AtomicLong> others = new ArrayList<>();

  /**
   * @param algorithms names of classes; those that this JDK lacks are ignored
   */
  Seeders(List<String> algorithms) throws ReflectiveOperationException {
    ThreadLocalRandom.current();
    others.add(counter(ThreadLocalRandom.class, "seeder"));
    others.add(counter(SplittableRandom.class, "defaultGen"));
    Set<String> unknown = new TreeSet<>();
    RandomGeneratorFactory.all().forEach(each -> unknown.add(each.name()));
    unknown.removeAll(NO_ALGORITHMS);
    for (String name : algorithms) {
      Class<?> type;
      try {
        type = JdkInside.type(name);
      } catch (JdkLack e) {
        continue; // another release has it
      }
      others.add(counter(type));
      unknown.remove(type.getSimpleName());
    }
    if (!unknown.isEmpty()) {
      Console.say(
          "copies may repeat each other's random numbers of "
              + String.join(", ", unknown)
              + ", which crjvm does not know; use another RandomGenerator");
    }
  }

  /** Returns the counter, which has different names in the algorithms. */
  private static AtomicLong counter(Class<?> type) throws ReflectiveOperationException {
    for (Field field : type.getDeclaredFields()) {
      if (Modifier.isStatic(field.getModifiers()) && field.getType() == AtomicLong.class) {
        return counter(type, field.getName());
      }
    }
    throw new JdkLack("the counter of " + type.getName());
  }

  private static AtomicLong counter(Class<?> type, String name)
      throws ReflectiveOperationException {
    return (AtomicLong) JdkInside.field(type, name).get(null);
  }

  void renew(Entropy entropy) throws IOException {
    uniquifier.set(entropy.nextLong() | 1); // The JDK multiplies it, so it must be odd.
    for (AtomicLong other : others) {
      other.set(entropy.nextLong());
    }
  }
}
