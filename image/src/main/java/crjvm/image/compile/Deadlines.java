package crjvm.image.compile;

import crjvm.image.dump.proto.Registers;
import crjvm.image.plan.PlanDeadline;
import java.util.Optional;

/**
 * Finds absolute times in system calls. CRIU has set an interrupted call back to its start. When
 * the call starts again, the kernel reads its deadline again, with another clock. Calls with
 * relative times, such as nanosleep and poll, return as interrupted.
 */
final class Deadlines {
  private static final int FUTEX = 202;
  private static final int FUTEX_COMMAND = 0x7f;
  private static final int FUTEX_WAIT_BITSET = 9;
  private static final int FUTEX_WAIT_REQUEUE_PI = 11;
  private static final int FUTEX_LOCK_PI2 = 13;
  private static final int FUTEX_CLOCK_REALTIME = 0x100;
  private static final int CLOCK_NANOSLEEP = 230;
  private static final int TIMER_ABSTIME = 1;
  private static final int FUTEX_WAITV = 449;
  private static final int FUTEX_WAIT = 455;
  private static final int CLOCK_MONOTONIC = 1;
  private static final int CLOCK_BOOTTIME = 7;

  private Deadlines() {}

  /**
   * Returns the deadline for which a thread with these registers waits, if its clock is one that
   * continues.
   */
  static Optional<PlanDeadline> of(Registers registers) {
    return switch ((int) registers.getOrigAx()) {
      case FUTEX -> ofFutex(registers);
      case CLOCK_NANOSLEEP ->
          (registers.getSi() & TIMER_ABSTIME) == 0
              ? Optional.empty()
              : at(registers.getDx(), registers.getDi());
      case FUTEX_WAITV -> at(registers.getR10(), registers.getR8());
      case FUTEX_WAIT -> at(registers.getR8(), registers.getR9());
      default -> Optional.empty();
    };
  }

  private static Optional<PlanDeadline> ofFutex(Registers registers) {
    int command = (int) registers.getSi() & FUTEX_COMMAND;
    boolean absolute =
        command == FUTEX_WAIT_BITSET
            || command == FUTEX_WAIT_REQUEUE_PI
            || command == FUTEX_LOCK_PI2;
    boolean real = (registers.getSi() & FUTEX_CLOCK_REALTIME) != 0;
    return absolute && !real ? at(registers.getR10(), CLOCK_MONOTONIC) : Optional.empty();
  }

  private static Optional<PlanDeadline> at(long address, long clock) {
    boolean continued = (int) clock == CLOCK_MONOTONIC || (int) clock == CLOCK_BOOTTIME;
    return address != 0 && continued
        ? Optional.of(new PlanDeadline(address, (int) clock))
        : Optional.empty();
  }
}
