package crjvm.image.arch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** This machine's CPU, as the kernel describes it. */
public final class Cpu {
  private Cpu() {}

  /** Returns the CPU's features, with the kernel's names. */
  private static List<String> features() throws IOException {
    return List.of(field("flags").split(" "));
  }

  /** Returns the features that the process's code may depend on. */
  public static List<String> needs(Optional<CpuLevel> portable) throws IOException {
    return features().stream()
        .filter(CpuFeature::matters)
        .filter(name -> portable.isEmpty() || portable.get().features().contains(name))
        .toList();
  }

  public static String model() throws IOException {
    return field("model name");
  }

  private static String field(String name) throws IOException {
    try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith(name))
          .findFirst()
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .orElse("");
    }
  }
}
