package crjvm.image.arch;

import crjvm.image.dump.proto.Registers;

/** The system call that a thread was in when it was dumped. */
public final class SystemCall {
  public static final int FUTEX = 202;
  public static final int CLOCK_NANOSLEEP = 230;
  public static final int FUTEX_WAITV = 449;
  public static final int FUTEX_WAIT = 455;

  private final Registers registers;

  private SystemCall(Registers registers) {
    this.registers = registers;
  }

  public static SystemCall of(Registers registers) {
    return new SystemCall(registers);
  }

  /** Its number; negative: the thread was in none. */
  public int number() {
    return (int) registers.getOrigAx();
  }

  /**
   * One of its arguments.
   *
   * @param index 0 to 5
   */
  public long argument(int index) {
    return switch (index) {
      case 0 -> registers.getDi();
      case 1 -> registers.getSi();
      case 2 -> registers.getDx();
      case 3 -> registers.getR10();
      case 4 -> registers.getR8();
      case 5 -> registers.getR9();
      default -> throw new IllegalArgumentException("no argument " + index);
    };
  }
}
