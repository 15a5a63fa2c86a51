package crjvm.image.arch;

import java.util.Locale;
import java.util.Set;

/**
 * The CPU features that a portable image may need, with the kernel's names. The levels of x86-64
 * are those of its psABI.
 */
public enum CpuLevel {
  V2("cx16 lahf_lm pni popcnt sse4_1 sse4_2 ssse3"),

  /**
   * The level V3 with AES and PCLMULQDQ, which belong to no level and which every CPU with AVX2
   * has.
   */
  V3(V2.names + " abm avx avx2 bmi1 bmi2 f16c fma movbe xsave aes pclmulqdq");

  private final String names;

  CpuLevel(String names) {
    this.names = names;
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
