package crjvm.image.plan;

import java.nio.ByteBuffer;

/**
 * Bytes of the memory file that are copied into private anonymous memory.
 *
 * @param start first address, page-aligned
 * @param length bytes, whole pages
 * @param offset into the memory file
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
