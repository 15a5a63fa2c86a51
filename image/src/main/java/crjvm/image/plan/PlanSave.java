package crjvm.image.plan;

import java.nio.ByteBuffer;

/**
 * The dynamic loader's word for the room that it makes for processor state.
 *
 * @param address of the 8-byte size
 * @param prot protection of its page
 * @param isCompact without gaps between the parts of the state
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
