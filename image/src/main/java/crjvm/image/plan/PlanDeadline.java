package crjvm.image.plan;

import java.nio.ByteBuffer;

/** The address of an absolute monotonic timespec for which a thread was waiting in the kernel. */
public record PlanDeadline(long address) implements PlanRecord {
  @Override
  public PlanSection section() {
    return PlanSection.DEADLINES;
  }

  @Override
  public void write(ByteBuffer out, PlanStrings strings) {
    out.putLong(address);
  }
}
