package crjvm.image.plan;

import crjvm.image.arch.VdsoFunction;
import java.nio.ByteBuffer;

/** The address of a function of the dumped vDSO, and which function it was. */
public record PlanStub(long address, VdsoFunction function) implements PlanRecord {
  /** The value of PLAN_KEPT_STUBS. */
  static final int MOST = 8;

  @Override
  public PlanSection section() {
    return PlanSection.STUBS;
  }

  @Override
  public void write(ByteBuffer out, PlanStrings strings) {
    out.putLong(address).putLong(function.ordinal());
  }
}
