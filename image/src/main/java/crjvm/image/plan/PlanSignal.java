package crjvm.image.plan;

import java.nio.ByteBuffer;

/** The action of the process for a signal. The fields are those of the kernel's rt_sigaction. */
public record PlanSignal(long number, long handler, long flags, long restorer, long mask)
    implements PlanRecord {
  @Override
  public PlanSection section() {
    return PlanSection.SIGNALS;
  }

  @Override
  public void write(ByteBuffer out, PlanStrings strings) {
    out.putLong(number).putLong(handler).putLong(flags).putLong(restorer).putLong(mask);
  }
}
