package crjvm.it.bench.equality;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.OptionalLong;

/**
 * A processor, with what the restorer has of its own for it, as in the folders of launcher/restorer
 * and in plan_processor.h.
 */
enum EqualityProcessor {
  X86_64(62, 88, 0x510000000000L, 128, 4200) {
    /** Checks {@code mov $function, %rax; jmp *%rax}. */
    @Override
    OptionalLong target(byte[] stub) {
      if (wrap(stub).getShort(0) != (short) 0xb848 || wrap(stub).getShort(10) != (short) 0xe0ff) {
        throw noStub(stub);
      }
      return OptionalLong.of(wrap(stub).getLong(2));
    }

    @Override
    int stubSize(byte[] stub) {
      return 12;
    }
  },

  AARCH64(183, 160, 0x5100000000L, 0, 2300) {
    /** Checks {@code ldr x16, .+8; br x16}, with the function behind it. */
    @Override
    OptionalLong target(byte[] stub) {
      if (isReturn(stub)) {
        return OptionalLong.empty();
      }
      if (wrap(stub).getLong(0) != 0xd61f020058000050L) {
        throw noStub(stub);
      }
      return OptionalLong.of(wrap(stub).getLong(Long.BYTES));
    }

    @Override
    int stubSize(byte[] stub) {
      return isReturn(stub) ? 8 : 16;
    }

    /** Returns whether this is {@code mov x8, #139; svc #0}, to which signal handlers return. */
    private static boolean isReturn(byte[] stub) {
      return wrap(stub).getLong(0) == 0xd4000001d2801168L;
    }
  };

  /** The most bytes of a stub. */
  static final int STUB = 16;

  private final int machine;
  private final int partOfHeader;
  private final long ownStart;
  private final int redZone;
  private final int frame;

  EqualityProcessor(int machine, int partOfHeader, long ownStart, int redZone, int frame) {
    this.machine = machine;
    this.partOfHeader = partOfHeader;
    this.ownStart = ownStart;
    this.redZone = redZone;
    this.frame = frame;
  }

  /** Returns the processor with a number in ELF files. */
  static EqualityProcessor of(int machine) {
    return Arrays.stream(values())
        .filter(each -> each.machine == machine)
        .findFirst()
        .orElseThrow(() -> new AssertionError("the plan is for the machine " + machine));
  }

  /** Returns the bytes of the processor's part of a plan's header. */
  int partOfHeader() {
    return partOfHeader;
  }

  /** Returns the start of the restorer's own addresses (addresses.h). */
  long ownStart() {
    return ownStart;
  }

  /** Returns the bytes below the stack pointer that functions may use. */
  int redZone() {
    return redZone;
  }

  /**
   * Returns the most bytes that the restorer uses of a thread's stack: the kernel's signal frame
   * with the registers (on x86-64 XSAVE state up to PKRU, 2696 bytes, and struct ucontext, 304; on
   * 64-bit ARM 1136), their alignment, and 1024 for the restorer's last calls.
   */
  int frame() {
    return frame;
  }

  /** Returns the address to which a stub jumps. A stub that makes a call itself has none. */
  abstract OptionalLong target(byte[] stub);

  /** Returns the bytes of a stub. */
  abstract int stubSize(byte[] stub);

  private static AssertionError noStub(byte[] stub) {
    return new AssertionError("this is not a stub: " + Arrays.toString(stub));
  }

  private static ByteBuffer wrap(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
