package crjvm.image.arch.machines;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Tests that the restorer's list of CPU features and the compiler's are the same. */
class CpuFeaturesTest {
  private static final Pattern LINE =
      Pattern.compile("^FEATURE\\((\\w+), (\\d+), \"(\\S+)\"[,)]", Pattern.MULTILINE);

  private static Map<String, String> restorers(String folder) throws Exception {
    Path list = Path.of("../launcher/restorer").resolve(folder).resolve("cpu_features.h");
    Map<String, String> restorers = new HashMap<>();
    LINE.matcher(Files.readString(list))
        .results()
        .forEach(line -> restorers.put(line.group(3), line.group(1) + " " + line.group(2)));
    return restorers;
  }

  @Test
  void restorerKnowsTheSame() throws Exception {
    assertThat(Machines.X86_64.features().all())
        .isEqualTo(restorers("x86_64"))
        .hasSizeGreaterThan(70);
  }

  @Test
  void restorerForArmKnowsTheSame() throws Exception {
    assertThat(Machines.AARCH64.features().all())
        .isEqualTo(restorers("aarch64"))
        .hasSizeGreaterThan(70);
  }
}
