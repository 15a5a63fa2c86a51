package crjvm.image.arch.aarch64;

import crjvm.image.ImageException;
import crjvm.image.arch.ProcessorProgram;
import java.io.IOException;
import java.util.List;

/**
 * What the restorer tells about this machine's processor.
 *
 * @param samples a pointer as the processor signs it with each key, and 0 without such a key
 * @param zeroBlock the register DCZID_EL0
 * @param cacheType the lower half of the register CTR_EL0
 */
record ArmProcessor(long[] samples, int zeroBlock, int cacheType) {
  private static final int SAMPLES = 5; // PLAN_PAC_SAMPLES
  private static final int HEXADECIMAL = 16;
  private static final String SAMPLE = "sample ";
  private static final String ZERO_BLOCK = "dczid ";
  private static final String CACHE_TYPE = "ctr ";

  /** Asks the program how the processor signs pointers with the keys, and for the registers. */
  static ArmProcessor ask(PointerKeys keys, ProcessorProgram program)
      throws IOException, ImageException {
    List<String> lines = program.run(keys.lines());
    try {
      long[] samples = numbers(lines, SAMPLE);
      long[] zeroBlock = numbers(lines, ZERO_BLOCK);
      long[] cacheType = numbers(lines, CACHE_TYPE);
      if (samples.length == SAMPLES && zeroBlock.length == 1 && cacheType.length == 1) {
        return new ArmProcessor(samples, (int) zeroBlock[0], (int) cacheType[0]);
      }
    } catch (NumberFormatException e) {
      // The text is not a number.
    }
    throw new ImageException(
        "the processor is not described (\"" + String.join(" ", lines) + "\"); report it");
  }

  private static long[] numbers(List<String> lines, String name) {
    return lines.stream()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> Long.parseUnsignedLong(line.substring(name.length()), HEXADECIMAL))
        .toArray();
  }
}
