package crjvm.image.arch;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The CPU features that a portable image may need, with the kernel's names. The levels of x86-64
 * are those of its psABI, and the level of aarch64 is version 8.0 of the architecture with the
 * atomic instructions of 8.1.
 */
public enum CpuLevel {
  V2(Architecture.X86_64, "cx16 lahf_lm pni popcnt sse4_1 sse4_2 ssse3"),

  /**
   * The level V3 with AES and PCLMULQDQ, which belong to no level and which every CPU with AVX2
   * has.
   */
  V3(Architecture.X86_64, V2.names + " abm avx avx2 bmi1 bmi2 f16c fma movbe xsave aes pclmulqdq"),

  /** CRC32 is in every processor with the atomic instructions. */
  V8(Architecture.AARCH64, "atomics crc32");

  private final Architecture architecture;
  private final String names;

  CpuLevel(Architecture architecture, String names) {
    this.architecture = architecture;
    this.names = names;
  }

  /** Returns the levels of the machine of the JVM that calls this, the lowest first. */
  public static List<CpuLevel> ofThisMachine() {
    return Arrays.stream(values()).filter(level -> level.architecture.isOwn()).toList();
  }

  /** Returns the machines that have this level. */
  public Architecture architecture() {
    return architecture;
  }

  /** Returns the features that code for this level may use. */
  public Set<String> features() {
    return Set.of(names.split(" "));
  }

  /** Returns the name that options use: {@code v2}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
