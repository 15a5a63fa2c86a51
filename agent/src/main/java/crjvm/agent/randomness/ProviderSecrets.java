package crjvm.agent.randomness;

import crjvm.agent.os.jdk.JdkInside;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Secrets of {@code SecureRandom} of all providers. Their old state stays part of the new state, so
 * a seed can only make a generator less predictable.
 *
 * <p>A seed need not change the next numbers. BouncyCastle, for example, keeps it until it reseeds
 * itself the next time. Therefore a way to renew is used only for classes for which it is known to
 * work.
 */
final class ProviderSecrets implements Secrets {
  private static final int SEED = 64;

  /**
   * The beginnings of the names of engines that take their numbers from elsewhere: from the kernel,
   * from another generator that is renewed, or from memory that is empty in a copy, as in a child
   * process.
   */
  private static final List<String> STATELESS =
      List.of(
          "com.amazon.corretto.crypto.provider.LibCryptoRng",
          "org.bouncycastle.crypto.fips.Utils$TestSecureRandom$", // known numbers
          "org.bouncycastle.jcajce.provider.ProvRandom$", // of the FIPS release
          "org.bouncycastle.jcajce.provider.drbg.",
          "org.conscrypt.OpenSSLRandom");

  /** The beginning of the names of engines that {@link SecureRandomSecrets} renews. */
  private static final String JDK = "sun.security.provider.";

  private static final String TOKEN = "sun.security.pkcs11.P11SecureRandom";

  private final Field engine = JdkInside.field(SecureRandom.class, "secureRandomSpi");
  private final Map<Class<?>, Way> ways = new HashMap<>();

  /** The way in which the generators of a class are renewed. */
  @FunctionalInterface
  private interface Way {
    void renew(SecureRandom random, byte[] seed) throws ReflectiveOperationException;
  }

  /** The way of generators whose engine has been renewed or has no state. */
  private static final Way NOTHING = (random, seed) -> {};

  /** A way that is not known to help. By the contract of {@code SecureRandom} it does no harm. */
  private static final Way SEEDED = SecureRandom::setSeed;

  ProviderSecrets() throws ReflectiveOperationException {}

  @Override
  public boolean renew(Object owner, Entropy entropy)
      throws ReflectiveOperationException, IOException {
    if (!(owner instanceof SecureRandom random)) {
      return false;
    }
    Way way = way(random);
    if (way != NOTHING) {
      renew(way, random, entropy.bytes(SEED));
    }
    return true;
  }

  /**
   * Renews a generator. If it refuses a seed, with any exception, copies may repeat its numbers.
   */
  private static void renew(Way way, SecureRandom random, byte[] seed)
      throws ReflectiveOperationException {
    try {
      way.renew(random, seed);
    } catch (RuntimeException | InvocationTargetException e) {
      if (way != SEEDED) {
        throw e;
      }
    }
  }

  /** Returns the classes whose numbers copies may repeat, with the number of objects of each. */
  Map<String, Integer> unknown(Collection<Object> objects) throws ReflectiveOperationException {
    Map<String, Integer> unknown = new TreeMap<>();
    for (Object object : objects) {
      if (object instanceof SecureRandom random && way(random) == SEEDED) {
        unknown.merge(kind(random).getName(), 1, Integer::sum);
      }
    }
    return unknown;
  }

  /**
   * Returns the class that makes the numbers. A subclass that makes numbers itself has no engine,
   * or does not use it.
   */
  private Class<?> kind(SecureRandom random) throws ReflectiveOperationException {
    Object spi = engine.get(random);
    Class<?> type = random.getClass();
    boolean isPlain = overridesNothing(random) && reseed(type).isEmpty();
    return isPlain && spi != null ? spi.getClass() : type;
  }

  private static boolean overridesNothing(SecureRandom random) {
    try {
      Method method = random.getClass().getMethod("nextBytes", byte[].class);
      return method.getDeclaringClass() == SecureRandom.class;
    } catch (NoSuchMethodException e) {
      return false;
    }
  }

  private Way way(SecureRandom random) throws ReflectiveOperationException {
    Class<?> kind = kind(random);
    Way way = ways.get(kind);
    if (way == null) {
      way = find(kind);
      ways.put(kind, way);
    }
    return way;
  }

  private Way find(Class<?> kind) throws ReflectiveOperationException {
    if (isStateless(kind) || kind.getName().startsWith(JDK)) {
      return NOTHING;
    } else if (kind.getName().equals(TOKEN)) {
      return ofToken(kind);
    }
    Optional<Method> reseed = reseed(kind);
    if (reseed.isPresent()) {
      return (random, seed) -> reseed.get().invoke(random, (Object) seed);
    }
    return SEEDED;
  }

  /** Returns whether the engine takes its numbers from elsewhere. */
  static boolean isStateless(Class<?> kind) {
    return STATELESS.stream().anyMatch(kind.getName()::startsWith);
  }

  /**
   * Returns the way for a token. The token's generator may be in this process's memory, and the JDK
   * has read some bytes ahead.
   */
  private static Way ofToken(Class<?> type) throws ReflectiveOperationException {
    Field spi = JdkInside.field(SecureRandom.class, "secureRandomSpi");
    Field ahead = JdkInside.field(type, "ibuffered");
    return (random, seed) -> {
      random.setSeed(seed);
      ahead.setInt(spi.get(random), 0);
    };
  }

  /**
   * Returns the method that reseeds BouncyCastle's deterministic generators, and those of its FIPS
   * release, at once.
   */
  private static Optional<Method> reseed(Class<?> kind) {
    boolean isKnown = kind.getName().startsWith("org.bouncycastle.");
    try {
      Method method = kind.getMethod("reseed", byte[].class);
      return isKnown && Modifier.isPublic(method.getDeclaringClass().getModifiers())
          ? Optional.of(method)
          : Optional.empty();
    } catch (NoSuchMethodException e) {
      return Optional.empty();
    }
  }
}
