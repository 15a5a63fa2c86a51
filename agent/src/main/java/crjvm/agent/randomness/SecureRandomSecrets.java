package crjvm.agent.randomness;

import crjvm.agent.os.jdk.JdkInside;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;

/**
 * Secrets of the JDK's own implementations of {@code SecureRandom}. Their old state stays part of
 * the new state.
 */
final class SecureRandomSecrets implements Secrets {
  private static final int SEED = 64;

  private final Class<?> sha1 = JdkInside.type("sun.security.provider.SecureRandom");
  private final Method seedSha1 = JdkInside.method(sha1, "engineSetSeed", byte[].class);
  private final Class<?> drbg = JdkInside.type("sun.security.provider.AbstractDrbg");
  private final Method seedDrbg = JdkInside.method(drbg, "engineSetSeed", byte[].class);
  private final Class<?> reader = JdkInside.type("sun.security.provider.NativePRNG$RandomIO");
  private final Field buffered = JdkInside.field(reader, "buffered");
  private final Field mixer = JdkInside.field(reader, "mixRandom");

  SecureRandomSecrets() throws ReflectiveOperationException {}

  @Override
  public boolean renew(Object owner, Entropy entropy)
      throws ReflectiveOperationException, IOException {
    if (sha1.isInstance(owner)) {
      seedSha1.invoke(owner, (Object) entropy.bytes(SEED));
    } else if (drbg.isInstance(owner)) {
      seedDrbg.invoke(owner, (Object) entropy.bytes(SEED));
    } else if (reader.isInstance(owner)) {
      buffered.setInt(owner, 0);
      Object mixing = mixer.get(owner);
      if (mixing != null) {
        seedSha1.invoke(mixing, (Object) entropy.bytes(SEED));
      }
    } else {
      return false;
    }
    return true;
  }
}
