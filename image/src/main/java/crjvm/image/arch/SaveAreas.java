package crjvm.image.arch;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * Finds the words in which the dynamic loader keeps the space on the stack that it needs for vector
 * registers while it binds a function.
 */
public interface SaveAreas {
  /**
   * Returns the addresses of words that may be one. The caller has to look at what lies there.
   *
   * @param start the address of the code
   */
  List<Long> candidates(ByteBuffer code, long start);

  /** Returns whether the word can be a size that depends on the processor. */
  boolean isSize(long value);

  /** Returns whether the loader saves the registers without gaps. */
  boolean isCompact(Cpu cpu);
}
