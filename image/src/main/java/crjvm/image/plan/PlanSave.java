package crjvm.image.plan;

import java.nio.ByteBuffer;

/**
 * The dynamic loader's word for the space that it reserves for processor state.
 *
 * @param address the address of the 8-byte size
 * @param prot the protection of its page
 * @param isCompact true if the state is saved without gaps
 */
public record PlanSave(long address, int prot, boolean isCompact) implements PlanRecord {
  @Override
  public PlanSection section() {
    return PlanSection.SAVES;
  }

  @Override
  public void write(ByteBuffer out, PlanStrings strings) {
    out.putLong(address).putInt(prot).putInt(isCompact ? 1 : 0);
  }
}
