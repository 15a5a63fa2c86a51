package crjvm.agent.identity.holder;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Tests of the lower half of a UUID: variant, clock sequence, address. */
class JavaUuidGeneratorTest {
  private static final long ALL = -1;

  @Test
  void randomAddressBecomesAnotherRandomOne() {
    long lower = 0x8123_0100_0000_0001L;
    assertThat(JavaUuidGenerator.other(lower, ALL)).isEqualTo(0xbfff_ffff_ffff_ffffL);
    assertThat(JavaUuidGenerator.other(lower, 0)).isEqualTo(0x8000_0100_0000_0000L);
  }

  @Test
  void addressOfAnInterfaceStays() {
    long lower = 0x8123_0011_2233_4455L;
    assertThat(JavaUuidGenerator.other(lower, ALL)).isEqualTo(0xbfff_0011_2233_4455L);
    assertThat(JavaUuidGenerator.other(lower, 0)).isEqualTo(0x8000_0011_2233_4455L);
  }
}
