package crjvm.image.plan;

import java.nio.ByteBuffer;

/**
 * A 4-byte word that contains a thread's id.
 *
 * @param thread the index of the thread
 */
public record PlanTid(long address, int thread) implements PlanRecord {
  @Override
  public PlanSection section() {
    return PlanSection.TIDS;
  }

  @Override
  public void write(ByteBuffer out, PlanStrings strings) {
    out.putLong(address).putInt(thread).putInt(0);
  }
}
