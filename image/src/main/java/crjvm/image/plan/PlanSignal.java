package crjvm.image.plan;

import java.nio.ByteBuffer;

/** What the process does on a signal; fields as the kernel's rt_sigaction takes them. */
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
