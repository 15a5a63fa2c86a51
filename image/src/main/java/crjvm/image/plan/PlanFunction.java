package crjvm.image.plan;

import java.nio.ByteBuffer;

/**
 * A function of the C library that takes absolute times.
 *
 * @param address the address according to the library's file, not to the process's memory
 */
public record PlanFunction(long address, Wait kind) implements PlanRecord {
  /** The value of PLAN_KEPT_FUNCTIONS. */
  public static final int MOST = 64;

  /** The position of the time among the arguments, in the order of enum plan_wait. */
  public enum Wait {
    TIMED,
    CLOCK,
    CLOCK_LATER,
    NANOSLEEP,
    TIMERFD_SETTIME,
    TIMER_SETTIME,
    SYSCALL
  }

  @Override
  public PlanSection section() {
    return PlanSection.FUNCTIONS;
  }

  @Override
  public void write(ByteBuffer out, PlanStrings strings) {
    out.putLong(address).putInt(kind.ordinal()).putInt(0);
  }
}
