package crjvm.image.arch.x86_64;

import crjvm.image.arch.Cpu;
import crjvm.image.arch.SaveAreas;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds glibc's {@code xsave_state_size}. The words have no symbols, but only the code that
 * reserves this space has the instruction {@code sub SIZE(%rip), %rsp}.
 */
final class X86SaveAreas implements SaveAreas {
  private static final int INSTRUCTION = 0x252b48; // sub disp32(%rip), %rsp
  private static final int LENGTH = 7;
  private static final long LARGEST = 1 << 16; // bytes; AMX needs 11 KiB
  private static final int GRANULE = 64; // XSAVE requires this alignment

  @Override
  public List<Long> candidates(ByteBuffer code, long start) {
    List<Long> found = new ArrayList<>();
    for (int i = 0; i + LENGTH <= code.capacity(); i++) {
      if ((code.getInt(i) & 0xffffff) == INSTRUCTION) {
        found.add(start + i + LENGTH + code.getInt(i + 3));
      }
    }
    return found;
  }

  /** Zero is not such a size: then the loader uses FXSAVE, which is the same everywhere. */
  @Override
  public boolean isSize(long value) {
    return value > 0 && value <= LARGEST && value % GRANULE == 0;
  }

  /** glibc prefers XSAVEC, which leaves no gaps, to XSAVE. */
  @Override
  public boolean isCompact(Cpu cpu) {
    return cpu.needs().contains("xsavec");
  }
}
