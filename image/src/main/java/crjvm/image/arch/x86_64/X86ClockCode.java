package crjvm.image.arch.x86_64;

import crjvm.image.arch.ClockCode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** The code of a vDSO of x86-64. */
final class X86ClockCode implements ClockCode {
  /** mov $SYS_clock_gettime, %eax; syscall. */
  private static final byte[] CALL = {(byte) 0xb8, (byte) 0xe4, 0, 0, 0, 0x0f, 0x05};

  /** The offset of syscall in {@link #CALL}, to which an interrupted thread is set back. */
  private static final int BEFORE_SYSCALL = 5;

  private static final int TRAMPOLINE = 32;

  private final byte[] code;
  private final long clock;

  /**
   * @param clock the function that takes the place of the system call
   */
  X86ClockCode(byte[] code, long clock) {
    this.code = code;
    this.clock = clock;
  }

  @Override
  public int beginning(int at) {
    int start = at - BEFORE_SYSCALL;
    return start >= 0 && isCall(start) ? start : at;
  }

  @Override
  public byte[] replaced() {
    byte[] copy = Arrays.copyOf(code, code.length + calls() * TRAMPOLINE);
    ByteBuffer out = ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN);
    int trampoline = code.length;
    for (int at = 0; at <= code.length - CALL.length; at++) {
      if (isCall(at)) {
        putJump(out, at, trampoline);
        putTrampoline(out, trampoline, at + CALL.length);
        trampoline += TRAMPOLINE;
      }
    }
    return trampoline == code.length ? null : copy;
  }

  private int calls() {
    int calls = 0;
    for (int at = 0; at < code.length; at++) {
      calls += isCall(at) ? 1 : 0;
    }
    return calls;
  }

  private boolean isCall(int at) {
    return at + CALL.length <= code.length
        && Arrays.equals(code, at, at + CALL.length, CALL, 0, CALL.length);
  }

  private static void putJump(ByteBuffer out, int at, int to) {
    out.put(at, (byte) 0xe9).putInt(at + 1, to - (at + 5));
  }

  /**
   * The function may keep data in the 128 bytes below its stack pointer, which a system call leaves
   * alone.
   */
  private void putTrampoline(ByteBuffer out, int at, int back) {
    out.position(at);
    out.put(new byte[] {0x48, (byte) 0x8d, 0x64, 0x24, (byte) 0x80}); // lea -128(%rsp), %rsp
    out.put(new byte[] {0x48, (byte) 0xb8}).putLong(clock); // mov $CLOCK, %rax
    out.put(new byte[] {(byte) 0xff, (byte) 0xd0}); // call *%rax
    out.put(new byte[] {0x48, (byte) 0x83, (byte) 0xec, (byte) 0x80}); // sub $-128, %rsp
    int jump = out.position();
    putJump(out, jump, back);
  }
}
