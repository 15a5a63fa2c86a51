package crjvm.image.compile.thread;

import crjvm.image.arch.SystemCall;
import crjvm.image.plan.PlanDeadline;
import java.util.Optional;

/**
 * Finds absolute times in system calls. CRIU has set an interrupted call back to its start. When
 * the call starts again, the kernel reads its deadline again, with another clock. Calls with
 * relative times, such as nanosleep and poll, return as interrupted.
 */
final class Deadlines {
  private static final int FUTEX_COMMAND = 0x7f;
  private static final int FUTEX_WAIT_BITSET = 9;
  private static final int FUTEX_WAIT_REQUEUE_PI = 11;
  private static final int FUTEX_LOCK_PI2 = 13;
  private static final int FUTEX_CLOCK_REALTIME = 0x100;
  private static final int TIMER_ABSTIME = 1;
  private static final int CLOCK_MONOTONIC = 1;
  private static final int CLOCK_BOOTTIME = 7;

  private Deadlines() {}

  /**
   * Returns the deadline for which a thread with these registers waits, if its clock is one that
   * continues.
   */
  static Optional<PlanDeadline> of(SystemCall call) {
    return switch (call.kind()) {
      case FUTEX -> ofFutex(call);
      case CLOCK_NANOSLEEP ->
          (call.argument(1) & TIMER_ABSTIME) == 0
              ? Optional.empty()
              : at(call.argument(2), call.argument(0));
      case FUTEX_WAITV -> at(call.argument(3), call.argument(4));
      case FUTEX_WAIT -> at(call.argument(4), call.argument(5));
      case OTHER -> Optional.empty();
    };
  }

  private static Optional<PlanDeadline> ofFutex(SystemCall call) {
    int command = (int) call.argument(1) & FUTEX_COMMAND;
    boolean absolute =
        command == FUTEX_WAIT_BITSET
            || command == FUTEX_WAIT_REQUEUE_PI
            || command == FUTEX_LOCK_PI2;
    boolean real = (call.argument(1) & FUTEX_CLOCK_REALTIME) != 0;
    return absolute && !real ? at(call.argument(3), CLOCK_MONOTONIC) : Optional.empty();
  }

  private static Optional<PlanDeadline> at(long address, long clock) {
    boolean continued = (int) clock == CLOCK_MONOTONIC || (int) clock == CLOCK_BOOTTIME;
    return address != 0 && continued
        ? Optional.of(new PlanDeadline(address, (int) clock))
        : Optional.empty();
  }
}
