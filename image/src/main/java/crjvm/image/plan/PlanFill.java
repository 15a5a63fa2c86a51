package crjvm.image.plan;

import java.nio.ByteBuffer;

/**
 * Bytes of the memory file that are copied into an object of fresh memory.
 *
 * @param object index of the object
 * @param at offset in the object, bytes
 * @param length bytes
 * @param offset into the memory file
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
