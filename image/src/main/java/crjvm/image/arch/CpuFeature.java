package crjvm.image.arch;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * Instruction set extensions that compiled code or the C library may have chosen at the dump: the
 * kernel's name for each (file /proc/cpuinfo) and its CPUID bit. Other extensions do not matter to
 * user code.
 *
 * <p>The restorer's cpu_features.h has the same list, and a test compares them.
 */
public final class CpuFeature {
  /** A CPUID leaf and register, in the order of plan.h's enum plan_cpu_word. */
  private enum Word {
    LEAF_1_ECX,
    LEAF_1_EDX,
    LEAF_7_EBX,
    LEAF_7_ECX,
    LEAF_7_EDX,
    LEAF_81_ECX,
    LEAF_81_EDX,
    LEAF_7_1_EAX,
    LEAF_7_1_EDX,
    LEAF_D_1_EAX
  }

  /** The number of words that a plan has for features. */
  public static final int WORDS = Word.values().length;

  private record Bit(Word word, int bit) {}

  private static final Map<String, Bit> BITS = new HashMap<>();

  static {
    add(
        Word.LEAF_1_ECX,
        "0:pni 1:pclmulqdq 9:ssse3 12:fma 13:cx16 19:sse4_1 20:sse4_2 22:movbe "
            + "23:popcnt 25:aes 26:xsave 28:avx 29:f16c 30:rdrand");
    add(
        Word.LEAF_7_EBX,
        "0:fsgsbase 3:bmi1 5:avx2 8:bmi2 11:rtm 16:avx512f 17:avx512dq 18:rdseed "
            + "19:adx 21:avx512ifma 23:clflushopt 24:clwb 26:avx512pf 27:avx512er "
            + "28:avx512cd 29:sha_ni 30:avx512bw 31:avx512vl");
    add(
        Word.LEAF_7_ECX,
        "1:avx512vbmi 5:waitpkg 6:avx512_vbmi2 8:gfni 9:vaes 10:vpclmulqdq "
            + "11:avx512_vnni 12:avx512_bitalg 14:avx512_vpopcntdq 22:rdpid 27:movdiri "
            + "28:movdir64b");
    add(
        Word.LEAF_7_EDX,
        "2:avx512_4vnniw 3:avx512_4fmaps 8:avx512_vp2intersect 14:serialize "
            + "16:tsxldtrk 22:amx_bf16 23:avx512_fp16 24:amx_tile 25:amx_int8");
    add(Word.LEAF_81_ECX, "0:lahf_lm 5:abm 6:sse4a 11:xop 16:fma4 21:tbm");
    add(Word.LEAF_81_EDX, "27:rdtscp");
    add(
        Word.LEAF_7_1_EAX,
        "0:sha512 1:sm3 2:sm4 4:avx_vnni 5:avx512_bf16 7:cmpccxadd 21:amx_fp16 " + "23:avx_ifma");
    add(
        Word.LEAF_7_1_EDX,
        "4:avx_vnni_int8 5:avx_ne_convert 8:amx_complex 10:avx_vnni_int16 19:avx10 " + "21:apx");
    add(Word.LEAF_D_1_EAX, "0:xsaveopt 1:xsavec 2:xgetbv1");
  }

  private CpuFeature() {}

  private static void add(Word word, String bitsAndNames) {
    for (String each : bitsAndNames.split(" ")) {
      int colon = each.indexOf(':');
      BITS.put(
          each.substring(colon + 1), new Bit(word, Integer.parseInt(each.substring(0, colon))));
    }
  }

  /** Returns whether code may depend on a feature of this name. */
  public static boolean matters(String name) {
    return BITS.containsKey(name);
  }

  /**
   * Returns the plan's words for a set of features with the kernel's names. Unknown features are
   * left out.
   */
  public static long[] words(Collection<String> names) {
    long[] words = new long[WORDS];
    for (String name : names) {
      Bit bit = BITS.get(name);
      if (bit != null) {
        words[bit.word().ordinal()] |= 1L << bit.bit();
      }
    }
    return words;
  }

  /** Returns all features in the form of cpu_features.h: word, bit and name. */
  static Map<String, String> all() {
    Map<String, String> all = new HashMap<>();
    BITS.forEach(
        (name, bit) ->
            all.put(name, bit.word().name().substring("LEAF_".length()) + " " + bit.bit()));
    return all;
  }
}
