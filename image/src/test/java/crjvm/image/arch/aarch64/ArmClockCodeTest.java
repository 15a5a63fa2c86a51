package crjvm.image.arch.aarch64;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Tests that calls of the kernel in a vDSO of aarch64 are replaced. */
class ArmClockCodeTest {
  private static final int NOTHING = 0xd503201f; // nop
  private static final int SET_NUMBER = 0xd2800e28;
  private static final int SVC = 0xd4000001;
  private static final int LENGTH = 64;
  private static final int AT = 16;
  private static final long ADDRESS = 0x510c001000L;
  private static final long CLOCK = 0x5108000100L;

  private static byte[] code(boolean calls) {
    ByteBuffer code = ByteBuffer.allocate(LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    while (code.hasRemaining()) {
      code.putInt(NOTHING);
    }
    if (calls) {
      code.putInt(AT, SET_NUMBER).putInt(AT + 4, SVC);
    }
    return code.array();
  }

  private static ArmClockCode of(byte[] code) {
    return new ArmClockCode(code, ADDRESS, CLOCK);
  }

  /** Returns where a branch leads to. */
  private static long target(ByteBuffer code, int at, int instruction) {
    int word = code.getInt(at);
    assertThat(word & 0xfc000000).isEqualTo(instruction);
    return ADDRESS + at + 4L * (word << 6 >> 6);
  }

  @Test
  void codeWithoutACallIsNotReplaced() {
    assertThat(of(code(false)).replaced()).isNull();
  }

  @Test
  void callsLeadToTheRestorersFunctionAndBack() {
    byte[] code = code(true);
    byte[] replaced = of(code).replaced();
    ByteBuffer words = ByteBuffer.wrap(replaced).order(ByteOrder.LITTLE_ENDIAN);

    assertThat(target(words, AT + 4, 0x14000000)).isEqualTo(ADDRESS + LENGTH);
    assertThat(words.getInt(LENGTH)).isEqualTo(0xa9bf7bfd); // stp x29, x30, [sp, #-16]!
    assertThat(target(words, LENGTH + 4, 0x94000000)).isEqualTo(CLOCK);
    assertThat(words.getInt(LENGTH + 8)).isEqualTo(0xa8c17bfd); // ldp x29, x30, [sp], #16
    assertThat(target(words, LENGTH + 12, 0x14000000)).isEqualTo(ADDRESS + AT + 8);
    assertThat(Arrays.copyOf(replaced, AT + 4)).isEqualTo(Arrays.copyOf(code, AT + 4));
  }

  @Test
  void allOfManyCallsAreReplaced() {
    ByteBuffer code = ByteBuffer.allocate(40 * 8).order(ByteOrder.LITTLE_ENDIAN);
    while (code.hasRemaining()) {
      code.putInt(SET_NUMBER).putInt(SVC);
    }
    byte[] replaced = of(code.array()).replaced();
    ByteBuffer words = ByteBuffer.wrap(replaced).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at < code.capacity(); at += 8) {
      assertThat(words.getInt(at + 4)).isNotEqualTo(SVC);
    }
  }

  @Test
  void aThreadInTheCallBeginsItAnew() {
    ArmClockCode code = of(code(true));
    assertThat(code.beginning(AT + 4)).isEqualTo(AT);
    assertThat(code.beginning(AT + 8)).isEqualTo(AT + 8);
    assertThat(code.beginning(2)).isEqualTo(2);
    assertThat(code.beginning(LENGTH - 4)).isEqualTo(LENGTH - 4);
  }
}
