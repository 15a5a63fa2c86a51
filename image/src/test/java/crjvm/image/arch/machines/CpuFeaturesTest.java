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
  private static final Path LIST = Path.of("../launcher/restorer/x86_64/cpu_features.h");
  private static final Pattern LINE =
      Pattern.compile("^FEATURE\\((\\w+), (\\d+), \"(\\S+)\",", Pattern.MULTILINE);

  @Test
  void restorerKnowsTheSame() throws Exception {
    Map<String, String> restorers = new HashMap<>();
    LINE.matcher(Files.readString(LIST))
        .results()
        .forEach(line -> restorers.put(line.group(3), line.group(1) + " " + line.group(2)));

    assertThat(Machines.X86_64.features().all()).isEqualTo(restorers).hasSizeGreaterThan(70);
  }
}
