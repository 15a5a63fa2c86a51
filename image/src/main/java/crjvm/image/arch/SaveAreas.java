package crjvm.image.arch;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Finds the words in which the dynamic loader keeps the space on the stack that it needs for vector
 * registers while it binds a function (glibc's {@code xsave_state_size}). The words have no
 * symbols, but only the code that reserves this space has the instruction {@code sub SIZE(%rip),
 * %rsp}.
 */
public final class SaveAreas {
  private static final int INSTRUCTION = 0x252b48; // sub disp32(%rip), %rsp
  private static final int LENGTH = 7;
  private static final long LARGEST = 1 << 16; // bytes; AMX needs 11 KiB
  private static final int GRANULE = 64; // XSAVE wants it

  private SaveAreas() {}

  /**
   * Addresses of words that may be one: what lies there has to be looked at.
   *
   * @param start address of the code
   */
  public static List<Long> candidates(ByteBuffer code, long start) {
    List<Long> found = new ArrayList<>();
    for (int i = 0; i + LENGTH <= code.capacity(); i++) {
      if ((code.getInt(i) & 0xffffff) == INSTRUCTION) {
        found.add(start + i + LENGTH + code.getInt(i + 3));
      }
    }
    return found;
  }

  /**
   * True: the word can be a size. 0: neither XSAVE nor XSAVEC is used, but FXSAVE, the same
   * everywhere.
   */
  public static boolean isSize(long value) {
    return value > 0 && value <= LARGEST && value % GRANULE == 0;
  }

  /** True: glibc may use XSAVEC, which it prefers to XSAVE, and which leaves no gaps. */
  public static boolean isCompact(Collection<String> features) {
    return features.contains("xsavec");
  }
}
