package crjvm.agent.identity.value;

import crjvm.agent.randomness.Entropy;
import java.io.IOException;
import java.util.UUID;

/** UUIDs like those of {@code UUID.randomUUID}, made from the kernel's random numbers. */
public final class RandomUuid {
  private RandomUuid() {}

  public static String next(Entropy entropy) throws IOException {
    long high = entropy.nextLong() & ~0xf000L | 0x4000L;
    long low = entropy.nextLong() & 0x3fff_ffff_ffff_ffffL | 0x8000_0000_0000_0000L;
    return new UUID(high, low).toString();
  }
}
