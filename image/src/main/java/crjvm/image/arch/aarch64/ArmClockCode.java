package crjvm.image.arch.aarch64;

import crjvm.image.arch.ClockCode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** The code of a vDSO of aarch64. */
final class ArmClockCode implements ClockCode {
  private static final int SET_NUMBER = 0xd2800e28; // mov x8, #113 (clock_gettime)
  private static final int SVC = 0xd4000001; // svc #0
  private static final int SAVE = 0xa9bf7bfd; // stp x29, x30, [sp, #-16]!
  private static final int LOAD = 0xa8c17bfd; // ldp x29, x30, [sp], #16
  private static final int BRANCH = 0x14000000; // b
  private static final int CALL = 0x94000000; // bl
  private static final int DISTANCE = 0x3ffffff; // the bits of b and bl with the distance, in words

  private static final int TRAMPOLINE = 4 * Integer.BYTES;

  private final byte[] code;
  private final ByteBuffer words;
  private final long address;
  private final long clock;

  /**
   * @param address the address at which the copy of the code will begin
   * @param clock the function that takes the place of the system call
   */
  ArmClockCode(byte[] code, long address, long clock) {
    this.code = code;
    this.address = address;
    this.clock = clock;
    words = ByteBuffer.wrap(code).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The kernel sets a thread that it interrupts back to its svc. */
  @Override
  public int beginning(int at) {
    int start = at - Integer.BYTES;
    return start >= 0 && isCall(start) ? start : at;
  }

  @Override
  public byte[] replaced() {
    byte[] copy = Arrays.copyOf(code, code.length + calls() * TRAMPOLINE);
    ByteBuffer out = ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN);
    int trampoline = code.length;
    for (int at = 0; at <= code.length - 2 * Integer.BYTES; at += Integer.BYTES) {
      if (isCall(at)) {
        int svc = at + Integer.BYTES;
        out.putInt(svc, branch(BRANCH, svc, address + trampoline));
        putTrampoline(out, trampoline, address + svc + Integer.BYTES);
        trampoline += TRAMPOLINE;
      }
    }
    return trampoline == code.length ? null : copy;
  }

  private int calls() {
    int calls = 0;
    for (int at = 0; at < code.length; at += Integer.BYTES) {
      calls += isCall(at) ? 1 : 0;
    }
    return calls;
  }

  private boolean isCall(int at) {
    return at % Integer.BYTES == 0
        && at + 2 * Integer.BYTES <= code.length
        && words.getInt(at) == SET_NUMBER
        && words.getInt(at + Integer.BYTES) == SVC;
  }

  /** A call changes the link register, which a system call leaves alone. */
  private void putTrampoline(ByteBuffer out, int at, long back) {
    out.putInt(at, SAVE);
    out.putInt(at + 4, branch(CALL, at + 4, clock));
    out.putInt(at + 8, LOAD);
    out.putInt(at + 12, branch(BRANCH, at + 12, back));
  }

  /** The restorer's addresses are so close together that every distance fits. */
  private int branch(int instruction, int from, long to) {
    long distance = to - (address + from);
    return instruction | (int) (distance / Integer.BYTES) & DISTANCE;
  }
}
