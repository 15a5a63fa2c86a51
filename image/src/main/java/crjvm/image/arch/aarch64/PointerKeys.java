package crjvm.image.arch.aarch64;

import crjvm.image.ImageException;
import crjvm.image.arch.ProcessorProgram;
import crjvm.image.dump.proto.PacAddressKeys;
import crjvm.image.dump.proto.PacGenericKey;
import crjvm.image.dump.proto.PacKeys;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The keys with which the process signs pointers (pointer authentication), the same for all of its
 * threads. Return addresses on its stacks are signed, so a restored process needs these keys, and a
 * processor that signs in the same way: a sample shows that.
 */
final class PointerKeys {
  /** The words of the four address keys. */
  private static final int KEYS = 8;

  private static final int GENERIC = 2; // words of the generic key
  private static final int SAMPLES = 5;
  private static final int HAS_ADDRESS_KEYS = 1; // PLAN_PAC_ADDRESS
  private static final int HAS_GENERIC_KEY = 2; // PLAN_PAC_GENERIC
  private static final int HEXADECIMAL = 16;
  private static final String ANSWER = "sample ";

  private final int present;
  private final long enabled;
  private final long[] keys;
  private final long[] sample;

  private PointerKeys(int present, long enabled, long[] keys, long[] sample) {
    this.present = present;
    this.enabled = enabled;
    this.keys = keys;
    this.sample = sample;
  }

  /** Returns no keys. */
  static PointerKeys none() {
    return new PointerKeys(0, 0, new long[KEYS + GENERIC], new long[SAMPLES]);
  }

  /**
   * Returns the keys of a dump.
   *
   * @param program signs the sample with these keys; it is not run if there are none
   */
  static PointerKeys of(PacKeys dumped, ProcessorProgram program)
      throws IOException, ImageException {
    int present =
        (dumped.hasAddressKeys() ? HAS_ADDRESS_KEYS : 0)
            | (dumped.hasGenericKey() ? HAS_GENERIC_KEY : 0);
    if (present == 0) {
      return none();
    }
    long enabled = dumped.getAddressKeys().getEnabled();
    long[] keys = words(dumped.getAddressKeys(), dumped.getGenericKey());
    List<String> input = new ArrayList<>();
    input.add("pac " + Integer.toHexString(present));
    input.add("enabled " + Long.toHexString(enabled));
    Arrays.stream(keys).mapToObj(key -> "key " + Long.toHexString(key)).forEach(input::add);
    return new PointerKeys(present, enabled, keys, sample(program.run(input)));
  }

  private static long[] words(PacAddressKeys keys, PacGenericKey generic) {
    return new long[] {
      keys.getApiaLow(),
      keys.getApiaHigh(),
      keys.getApibLow(),
      keys.getApibHigh(),
      keys.getApdaLow(),
      keys.getApdaHigh(),
      keys.getApdbLow(),
      keys.getApdbHigh(),
      generic.getLow(),
      generic.getHigh()
    };
  }

  private static long[] sample(List<String> lines) throws ImageException {
    try {
      long[] sample =
          lines.stream()
              .filter(line -> line.startsWith(ANSWER))
              .mapToLong(
                  line -> Long.parseUnsignedLong(line.substring(ANSWER.length()), HEXADECIMAL))
              .toArray();
      if (sample.length == SAMPLES && lines.size() == SAMPLES) {
        return sample;
      }
    } catch (NumberFormatException e) {
      // The text is not a sample.
    }
    throw new ImageException(
        "this processor's way to sign pointers is not known (\""
            + String.join(" ", lines)
            + "\"); report it");
  }

  void put(ByteBuffer out) {
    out.putInt(present).putLong(enabled);
    Arrays.stream(keys).forEach(out::putLong);
    Arrays.stream(sample).forEach(out::putLong);
  }
}
