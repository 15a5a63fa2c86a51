package crjvm.agent.randomness;

import crjvm.agent.os.JdkInside;
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
 * {@code SecureRandom} of all providers. What they have stays part of the new state: a generator
 * can only become less predictable by a seed.
 *
 * <p>A seed need not change what comes next: BouncyCastle, for one, keeps it for the next time that
 * it renews itself. So a way is used only for classes of which it is known to work.
 */
final class ProviderSecrets implements Secrets {
  private static final int SEED = 64;

  /**
   * Engines whose numbers come from somewhere else, by the beginnings of their names: of the
   * kernel, of another generator that is renewed, or of memory that is empty in a copy, as in a
   * child process.
   */
  private static final List<String> STATELESS =
      List.of(
          "com.amazon.corretto.crypto.provider.LibCryptoRng",
          "org.bouncycastle.crypto.fips.Utils$TestSecureRandom$", // numbers that are known
          "org.bouncycastle.jcajce.provider.ProvRandom$", // of the FIPS release
          "org.bouncycastle.jcajce.provider.drbg.",
          "org.conscrypt.OpenSSLRandom");

  /** Renewed as engines, by {@link SecureRandomSecrets}. */
  private static final String JDK = "sun.security.provider.";

  private static final String TOKEN = "sun.security.pkcs11.P11SecureRandom";

  private final Field engine = JdkInside.field(SecureRandom.class, "secureRandomSpi");
  private final Map<Class<?>, Way> ways = new HashMap<>();

  /** How the generators of a class are renewed. */
  @FunctionalInterface
  private interface Way {
    void renew(SecureRandom random, byte[] seed) throws ReflectiveOperationException;
  }

  /** Their engine has been renewed, or has no state. */
  private static final Way NOTHING = (random, seed) -> {};

  /** Not known to help; by the contract of {@code SecureRandom} it does no harm. */
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

  /** One that takes no seed, in whatever way it says so, is one that copies may repeat. */
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

  /** The classes that copies may repeat each other's numbers of, and how many objects each has. */
  Map<String, Integer> unknown(Collection<Object> objects) throws ReflectiveOperationException {
    Map<String, Integer> unknown = new TreeMap<>();
    for (Object object : objects) {
      if (object instanceof SecureRandom random && way(random) == SEEDED) {
        unknown.merge(kind(random).getName(), 1, Integer::sum);
      }
    }
    return unknown;
  }

  /** A subclass that has numbers of its own has no engine, or does not use it. */
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

  /** Whether the numbers of an engine's class come from somewhere else. */
  static boolean isStateless(Class<?> kind) {
    return STATELESS.stream().anyMatch(kind.getName()::startsWith);
  }

  /** A token's own generator may be in this process's memory; and some bytes were read ahead. */
  private static Way ofToken(Class<?> type) throws ReflectiveOperationException {
    Field spi = JdkInside.field(SecureRandom.class, "secureRandomSpi");
    Field ahead = JdkInside.field(type, "ibuffered");
    return (random, seed) -> {
      random.setSeed(seed);
      ahead.setInt(spi.get(random), 0);
    };
  }

  /** BouncyCastle's deterministic generators, and those of its FIPS release: at once. */
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
