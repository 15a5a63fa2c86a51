package crjvm.image.plan;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * Instruction set extensions that compiled code or the C library may have chosen at the dump: the
 * kernel's name for each (file /proc/cpuinfo) and its CPUID bit. Others do not matter to user code.
 */
public final class CpuFeature {
  // In the order of plan.h's enum plan_cpu_word: leaf and register
  private static final int LEAF_1_ECX = 0;
  private static final int LEAF_7_EBX = 2;
  private static final int LEAF_7_ECX = 3;
  private static final int LEAF_7_EDX = 4;
  private static final int LEAF_81_ECX = 5;
  private static final int LEAF_7_1_EAX = 7;

  private record Bit(int word, int bit) {}

  private static final Map<String, Bit> BITS = new HashMap<>();

  static {
    add(
        LEAF_1_ECX,
        0,
        "pni",
        1,
        "pclmulqdq",
        9,
        "ssse3",
        12,
        "fma",
        13,
        "cx16",
        19,
        "sse4_1",
        20,
        "sse4_2");
    add(
        LEAF_1_ECX,
        22,
        "movbe",
        23,
        "popcnt",
        25,
        "aes",
        26,
        "xsave",
        28,
        "avx",
        29,
        "f16c",
        30,
        "rdrand");
    add(
        LEAF_7_EBX,
        0,
        "fsgsbase",
        3,
        "bmi1",
        5,
        "avx2",
        8,
        "bmi2",
        9,
        "erms",
        16,
        "avx512f",
        17,
        "avx512dq");
    add(
        LEAF_7_EBX,
        18,
        "rdseed",
        19,
        "adx",
        21,
        "avx512ifma",
        23,
        "clflushopt",
        24,
        "clwb",
        28,
        "avx512cd");
    add(LEAF_7_EBX, 29, "sha_ni", 30, "avx512bw", 31, "avx512vl");
    add(LEAF_7_ECX, 1, "avx512vbmi", 6, "avx512_vbmi2", 8, "gfni", 9, "vaes", 10, "vpclmulqdq");
    add(LEAF_7_ECX, 11, "avx512_vnni", 12, "avx512_bitalg", 14, "avx512_vpopcntdq", 22, "rdpid");
    add(LEAF_7_EDX, 4, "fsrm", 8, "avx512_vp2intersect", 23, "avx512_fp16");
    add(LEAF_81_ECX, 0, "lahf_lm", 5, "abm", 6, "sse4a", 8, "3dnowprefetch", 11, "xop", 16, "fma4");
    add(LEAF_7_1_EAX, 4, "avx_vnni", 5, "avx512_bf16", 23, "avx_ifma");
  }

  private CpuFeature() {}

  private static void add(int word, Object... bitsAndNames) {
    for (int i = 0; i < bitsAndNames.length; i += 2) {
      BITS.put((String) bitsAndNames[i + 1], new Bit(word, (Integer) bitsAndNames[i]));
    }
  }

  /** Whether code may depend on a feature of this name. */
  public static boolean matters(String name) {
    return BITS.containsKey(name);
  }

  /**
   * The plan's eight words for a set of features, by the kernel's names; unknown ones are left out.
   */
  public static long[] words(Collection<String> names) {
    long[] words = new long[PlanHeader.CPU_WORDS];
    for (String name : names) {
      Bit bit = BITS.get(name);
      if (bit != null) {
        words[bit.word()] |= 1L << bit.bit();
      }
    }
    return words;
  }
}
