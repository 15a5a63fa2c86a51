package crjvm.image.arch;

import java.util.Locale;
import java.util.Set;

/**
 * What a portable image may need of a CPU: a level of the x86-64 psABI, by the kernel's names of
 * its features.
 */
public enum CpuLevel {
  V2("cx16 lahf_lm pni popcnt sse4_1 sse4_2 ssse3"),

  /** And AES and PCLMULQDQ, which no level names and every CPU with AVX2 has. */
  V3(V2.names + " abm avx avx2 bmi1 bmi2 f16c fma movbe xsave aes pclmulqdq");

  private final String names;

  CpuLevel(String names) {
    this.names = names;
  }

  /** The features that code for this level may use. */
  public Set<String> features() {
    return Set.of(names.split(" "));
  }

  /** As in options: {@code v2}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
