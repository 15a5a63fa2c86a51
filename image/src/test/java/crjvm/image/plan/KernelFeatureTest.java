package crjvm.image.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tests that the restorer's list of kernel features and the compiler's are the same. */
class KernelFeatureTest {
  private static final Path LIST = Path.of("../launcher/restorer/kernel_features.h");
  private static final Pattern LINE =
      Pattern.compile("^FEATURE\\((\\w+), \"(.+)\", (?:1 << )?(\\d+)\\)", Pattern.MULTILINE);

  @Test
  void restorerKnowsTheSameInTheSameOrder() throws Exception {
    List<String> restorers =
        LINE.matcher(Files.readString(LIST))
            .results()
            .map(line -> line.group(1) + " (" + line.group(2) + ") " + line.group(3))
            .toList();

    assertThat(Stream.of(KernelFeature.values()).map(KernelFeatureTest::line).toList())
        .isEqualTo(restorers)
        .hasSizeGreaterThan(8);
  }

  private static String line(KernelFeature feature) {
    int command = feature.membarrier();
    return feature.describe() + " " + (command == 0 ? 0 : Integer.numberOfTrailingZeros(command));
  }

  @Test
  void bitsAreInTheListsOrder() {
    assertThat(
            KernelFeature.bits(
                EnumSet.of(KernelFeature.MAP_FIXED_NOREPLACE, KernelFeature.F_SEAL_EXEC)))
        .isEqualTo(0b100001);
  }
}
