package crjvm.image.plan;

import java.nio.ByteBuffer;

/**
 * Bytes of the memory file that are copied to private anonymous memory.
 *
 * @param start the first address, page-aligned
 * @param length the length in bytes, in whole pages
 * @param offset the offset in the memory file
 */
public record PlanCopy(long start, long length, long offset) implements PlanRecord {
  @Override
  public PlanSection section() {
    return PlanSection.COPIES;
  }

  @Override
  public void write(ByteBuffer out, PlanStrings strings) {
    out.putLong(start).putLong(length).putLong(offset);
  }
}
