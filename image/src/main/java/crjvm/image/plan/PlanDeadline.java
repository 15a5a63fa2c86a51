package crjvm.image.plan;

import java.nio.ByteBuffer;

/**
 * An absolute time for which a thread was waiting in the kernel.
 *
 * @param address the address of its timespec, which is a time of the kernel's clock at the dump
 * @param clock CLOCK_MONOTONIC or CLOCK_BOOTTIME
 */
public record PlanDeadline(long address, int clock) implements PlanRecord {
  @Override
  public PlanSection section() {
    return PlanSection.DEADLINES;
  }

  @Override
  public void write(ByteBuffer out, PlanStrings strings) {
    out.putLong(address).putInt(clock).putInt(0);
  }
}
