package crjvm.image.arch.aarch64;

import crjvm.image.dump.proto.PacAddressKeys;
import crjvm.image.dump.proto.PacGenericKey;
import crjvm.image.dump.proto.PacKeys;
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
  private static final int HAS_ADDRESS_KEYS = 1; // PLAN_PAC_ADDRESS
  private static final int HAS_GENERIC_KEY = 2; // PLAN_PAC_GENERIC

  private final int present;
  private final long enabled;
  private final long[] keys;

  private PointerKeys(int present, long enabled, long[] keys) {
    this.present = present;
    this.enabled = enabled;
    this.keys = keys;
  }

  /** Returns no keys. */
  static PointerKeys none() {
    return new PointerKeys(0, 0, new long[KEYS + GENERIC]);
  }

  /** Returns the keys of a dump. */
  static PointerKeys of(PacKeys dumped) {
    int present =
        (dumped.hasAddressKeys() ? HAS_ADDRESS_KEYS : 0)
            | (dumped.hasGenericKey() ? HAS_GENERIC_KEY : 0);
    if (present == 0) {
      return none();
    }
    long[] keys = words(dumped.getAddressKeys(), dumped.getGenericKey());
    return new PointerKeys(present, dumped.getAddressKeys().getEnabled(), keys);
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

  /** Returns the lines that tell the restorer's program these keys. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("pac " + Integer.toHexString(present));
    lines.add("enabled " + Long.toHexString(enabled));
    Arrays.stream(keys).mapToObj(key -> "key " + Long.toHexString(key)).forEach(lines::add);
    return lines;
  }

  void put(ByteBuffer out) {
    out.putInt(present).putLong(enabled);
    Arrays.stream(keys).forEach(out::putLong);
  }
}
