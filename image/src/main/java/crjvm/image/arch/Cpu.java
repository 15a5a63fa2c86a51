package crjvm.image.arch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The CPU of this machine, as the kernel describes it. */
public final class Cpu {
  private static final Path INFO = Path.of("/proc/cpuinfo");
  private static final Path SETTINGS = Path.of("/proc/sys");
  private static final int LONGEST_SETTING = 64;

  private final List<String> info;
  private final CpuFeatures features;
  private final Optional<CpuLevel> portable;
  private final Path settings;

  /**
   * Describes a CPU.
   *
   * @param info the lines of /proc/cpuinfo
   * @param features those of the machine
   * @param portable the level that the process's code is restricted to
   * @param settings the folder of the kernel's settings
   */
  public Cpu(List<String> info, CpuFeatures features, Optional<CpuLevel> portable, Path settings) {
    this.info = info;
    this.features = features;
    this.portable = portable;
    this.settings = settings;
  }

  /** Returns the CPU of this machine. */
  public static Cpu read(CpuFeatures features, Optional<CpuLevel> portable) throws IOException {
    return new Cpu(Files.readAllLines(INFO), features, portable, SETTINGS);
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

  /** Returns the name of the CPU. Kernels of some machines only have numbers. */
  public String model() {
    String name = field("model name");
    return name.isEmpty()
        ? "implementer " + field("CPU implementer") + ", part " + field("CPU part")
        : name;
  }

  /**
   * Returns the value of a setting of the kernel, or 0 if there is no such setting.
   *
   * @param name a path below /proc/sys
   */
  public int setting(String name) throws IOException {
    Path file = settings.resolve(name);
    if (!Files.exists(file)) {
      return 0;
    }
    // The kernel gives such a file's content to the first read only.
    try (InputStream in = Files.newInputStream(file)) {
      byte[] text = in.readNBytes(LONGEST_SETTING);
      return Integer.parseInt(new String(text, StandardCharsets.US_ASCII).strip());
    } catch (NumberFormatException e) {
      throw new IOException("\"" + file + "\" is not a number", e);
    }
  }

  private String field(String name) {
    return info.stream()
        .filter(line -> line.startsWith(name))
        .findFirst()
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .orElse("");
  }
}
