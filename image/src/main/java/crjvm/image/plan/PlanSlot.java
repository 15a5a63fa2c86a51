package crjvm.image.plan;

import java.nio.ByteBuffer;

/**
 * A bound GOT entry that leads to pthread_cond_timedwait.
 *
 * @param prot protection of its page, which the restorer puts back
 */
public record PlanSlot(long address, int prot) implements PlanRecord {
  @Override
  public PlanSection section() {
    return PlanSection.SLOTS;
  }

  @Override
  public void write(ByteBuffer out, PlanStrings strings) {
    out.putLong(address).putInt(prot).putInt(0);
  }
}
