package crjvm.image.arch;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The CPU features that a portable image may need, with the kernel's names. The levels of x86-64
 * are those of its psABI, and the levels of aarch64 are versions of its architecture.
 */
public enum CpuLevel {
  V2(Architecture.X86_64, "cx16 lahf_lm pni popcnt sse4_1 sse4_2 ssse3"),

  /**
   * The level V3 with AES and PCLMULQDQ, which belong to no level and which every CPU with AVX2
   * has.
   */
  V3(Architecture.X86_64, V2.names + " abm avx avx2 bmi1 bmi2 f16c fma movbe xsave aes pclmulqdq"),

  /** Version 8.0 with CRC32, which almost every such processor has. */
  V8(Architecture.AARCH64, "crc32"),

  /**
   * Version 8.1, with the instructions for AES and SHA, which no version demands and every server's
   * processor of that version has.
   */
  V8_1(Architecture.AARCH64, V8.names + " aes asimdrdm atomics pmull sha1 sha2");

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

  /** Returns the name that options use: {@code v2}, {@code v8.1}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '.');
  }
}
