package crjvm.agent.os.jdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests of options of this JVM that do not affect the tests. */
class VmOptionsTest {
  private final VmOptions options = VmOptions.ofThisJvm();

  @Test
  void manageableOptionsAreToldWithTheirTypes() {
    assertThat(options.manageable())
        .contains("HeapDumpOnOutOfMemoryError boolean", "MinHeapFreeRatio integer")
        .contains("HeapDumpPath text", "G1PeriodicGCSystemLoadThreshold decimal")
        .noneMatch(option -> option.startsWith("MaxHeapSize "));
  }

  @ParameterizedTest
  @CsvSource({
    "HeapDumpOnOutOfMemoryError, true, -XX:+HeapDumpOnOutOfMemoryError",
    "HeapDumpOnOutOfMemoryError, false, -XX:-HeapDumpOnOutOfMemoryError",
    "HeapDumpPath, /tmp/a b=c, -XX:HeapDumpPath=/tmp/a b=c",
    "SoftMaxHeapSize, 8m, -XX:SoftMaxHeapSize=8388608",
  })
  void whatIsSetIsWhatACommandLineWouldSay(String name, String value, String option) {
    String before = options.commandLine(name).replaceFirst("[^=]*=", "");
    try {
      options.set(name, value);
      assertThat(options.commandLine(name)).isEqualTo(option);
    } finally {
      options.set(name, before.startsWith("-XX:") ? "false" : before);
    }
  }

  @Test
  void valuesBeyondTheRangeAreRefused() {
    assertThatThrownBy(() -> options.set("MinHeapFreeRatio", "120"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> options.set("MinHeapFreeRatio", "9999999999999g"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> options.set("MaxHeapSize", "1"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "12, 12",
    "1k, 1024",
    "2M, 2097152",
    "-1g, -1073741824",
    "1t, 1099511627776",
    "x, x",
    "9999999t, 9999999t",
  })
  void numbersMayHaveAUnit(String given, String plain) {
    assertThat(VmOptions.plain(given)).isEqualTo(plain);
  }
}
