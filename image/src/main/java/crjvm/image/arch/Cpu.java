package crjvm.image.arch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The CPU of this machine, as the kernel describes it. */
public final class Cpu {
  private static final Path INFO = Path.of("/proc/cpuinfo");

  private final List<String> info;
  private final CpuFeatures features;
  private final Optional<CpuLevel> portable;

  /**
   * Describes a CPU.
   *
   * @param info the lines of /proc/cpuinfo
   * @param features those of the machine
   * @param portable the level that the process's code is restricted to
   */
  public Cpu(List<String> info, CpuFeatures features, Optional<CpuLevel> portable) {
    this.info = info;
    this.features = features;
    this.portable = portable;
  }

  /** Returns the CPU of this machine. */
  public static Cpu read(CpuFeatures features, Optional<CpuLevel> portable) throws IOException {
    return new Cpu(Files.readAllLines(INFO), features, portable);
  }

  public Optional<CpuLevel> portable() {
    return portable;
  }

  /** Returns all features of the CPU, with the kernel's names. */
  public List<String> all() {
    return List.of(field(features.line()).split(" +"));
  }

  /** Returns the features that the process's code may depend on. */
  public List<String> needs() {
    return all().stream()
        .filter(features::matters)
        .filter(name -> portable.isEmpty() || portable.get().features().contains(name))
        .toList();
  }

  public String model() {
    return field("model name");
  }

  private String field(String name) {
    return info.stream()
        .filter(line -> line.startsWith(name))
        .findFirst()
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .orElse("");
  }
}
