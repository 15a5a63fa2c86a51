package crjvm.image.plan;

import java.nio.ByteBuffer;

/**
 * Bytes of the memory file that are copied to an object of fresh memory.
 *
 * @param object the index of the object
 * @param at the offset in the object, in bytes
 * @param length the number of bytes
 * @param offset the offset in the memory file
 */
public record PlanFill(int object, long at, long length, long offset) implements PlanRecord {
  @Override
  public PlanSection section() {
    return PlanSection.FILLS;
  }

  @Override
  public void write(ByteBuffer out, PlanStrings strings) {
    out.putInt(object).putInt(0).putLong(at).putLong(length).putLong(offset);
  }
}
