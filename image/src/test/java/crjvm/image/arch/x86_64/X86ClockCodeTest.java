package crjvm.image.arch.x86_64;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Tests that calls of the kernel in a vDSO of x86-64 are replaced. */
class X86ClockCodeTest {
  private static final byte NOTHING = (byte) 0x90;
  private static final byte[] CALL = {(byte) 0xb8, (byte) 0xe4, 0, 0, 0, 0x0f, 0x05};
  private static final int AT = 16;
  private static final long CLOCK = 0x123456789abcL;

  private static byte[] code(boolean calls) {
    byte[] code = new byte[64];
    Arrays.fill(code, NOTHING);
    if (calls) {
      System.arraycopy(CALL, 0, code, AT, CALL.length);
    }
    return code;
  }

  @Test
  void codeWithoutACallIsNotReplaced() {
    assertThat(new X86ClockCode(code(false), CLOCK).replaced()).isNull();
  }

  @Test
  void callsLeadToTheRestorersFunctionAndBack() {
    byte[] code = code(true);
    byte[] replaced = new X86ClockCode(code, CLOCK).replaced();
    ByteBuffer bytes = ByteBuffer.wrap(replaced).order(ByteOrder.LITTLE_ENDIAN);

    assertThat(bytes.get(AT)).isEqualTo((byte) 0xe9);
    assertThat(AT + 5 + bytes.getInt(AT + 1)).isEqualTo(code.length);
    assertThat(bytes.getLong(code.length + 7)).isEqualTo(CLOCK);
    int back = code.length + 5 + 2 + 8 + 2 + 4;
    assertThat(bytes.get(back)).isEqualTo((byte) 0xe9);
    assertThat(back + 5 + bytes.getInt(back + 1)).isEqualTo(AT + CALL.length);
    assertThat(Arrays.copyOf(replaced, AT)).isEqualTo(Arrays.copyOf(code, AT));
  }

  @Test
  void allOfManyCallsAreReplaced() {
    int count = 40;
    byte[] code = new byte[count * CALL.length];
    for (int i = 0; i < count; i++) {
      System.arraycopy(CALL, 0, code, i * CALL.length, CALL.length);
    }
    byte[] replaced = new X86ClockCode(code, CLOCK).replaced();
    for (int i = 0; i < count; i++) {
      assertThat(replaced[i * CALL.length]).isEqualTo((byte) 0xe9);
    }
  }

  @Test
  void aThreadInTheCallBeginsItAnew() {
    X86ClockCode code = new X86ClockCode(code(true), CLOCK);
    assertThat(code.beginning(AT + 5)).isEqualTo(AT);
    assertThat(code.beginning(AT + 7)).isEqualTo(AT + 7);
    assertThat(code.beginning(2)).isEqualTo(2);
  }
}
