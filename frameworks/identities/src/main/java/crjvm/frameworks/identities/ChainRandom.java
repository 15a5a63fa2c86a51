package crjvm.frameworks.identities;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.SecureRandomSpi;
import java.util.List;
import java.util.Map;

/**
 * A generator of the application's own provider. Each of its numbers is a hash of its state, which
 * is a hash of the state before. It keeps a new seed until it has made very many numbers, as some
 * certified generators do.
 */
public final class ChainRandom extends SecureRandomSpi {
  private static final long serialVersionUID = 1;
  private static final int SEED = 32;
  private static final int NUMBERS_OF_A_SEED = 1 << 20;

  private byte[] state = engineGenerateSeed(SEED);
  private byte[] later = {};
  private int left = NUMBERS_OF_A_SEED;

  /** Returns a provider that has only this generator. */
  static Provider provider() {
    return new ChainProvider();
  }

  private static final class ChainProvider extends Provider {
    private static final long serialVersionUID = 1;

    ChainProvider() {
      super("Chain", "1", "a generator that uses new seeds late");
      String type = ChainRandom.class.getName();
      putService(new Service(this, "SecureRandom", "CHAIN", type, List.of(), Map.of()));
    }
  }

  @Override
  protected synchronized void engineSetSeed(byte[] seed) {
    later = seed.clone();
  }

  @Override
  protected synchronized void engineNextBytes(byte[] bytes) {
    ByteBuffer missing = ByteBuffer.wrap(bytes);
    while (missing.hasRemaining()) {
      byte[] next = hash((byte) 0, state);
      missing.put(next, 0, Math.min(next.length, missing.remaining()));
      state = hash((byte) 1, state);
      if (--left == 0) {
        state = hash((byte) 2, later);
        left = NUMBERS_OF_A_SEED;
      }
    }
  }

  @Override
  protected byte[] engineGenerateSeed(int length) {
    return new SecureRandom().generateSeed(length);
  }

  private byte[] hash(byte use, byte[] other) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(use);
      digest.update(state);
      return digest.digest(other);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }
}
