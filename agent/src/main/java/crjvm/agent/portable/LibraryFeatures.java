package crjvm.agent.portable;

import crjvm.agent.os.jna.NativeMemory;
import crjvm.image.arch.CpuLevel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The CPU features by which the C library chooses its functions: string functions, mathematics, and
 * the dynamic loader's way to save registers. The tunable {@code glibc.cpu.hwcaps} can disable
 * features at the start of a process. Since glibc 2.33 the library reports the active features.
 */
enum LibraryFeatures {
  AVX(0, 2, 28),
  AVX2(1, 1, 5),
  AVX512F(1, 1, 16),
  AVX512DQ(1, 1, 17),
  AVX512CD(1, 1, 28),
  AVX512BW(1, 1, 30),
  AVX512VL(1, 1, 31),
  BMI1(1, 1, 3),
  BMI2(1, 1, 8),
  FMA(0, 2, 12),
  FMA4(2, 2, 16),
  LZCNT(2, 2, 5, "abm"),
  MOVBE(0, 2, 22),
  RTM(1, 1, 11),
  XSAVE(0, 2, 26),
  XSAVEC(3, 0, 1);

  static final String VARIABLE = "GLIBC_TUNABLES";
  private static final String TUNABLE = "glibc.cpu.hwcaps=";
  private static final String FUNCTION = "__x86_get_cpuid_feature_leaf";

  /**
   * This is not a feature but a preference, which glibc derives from AVX2 before it disables that.
   * memcpy uses only this preference, except on CPUs with transactional memory.
   */
  private static final String PREFERS_AVX = "AVX_Fast_Unaligned_Load";

  private static final int ACTIVE_AT = 16; // struct cpuid_feature: 4 words found, 4 words in use

  private final int leaf;
  private final int register;
  private final int bit;
  private final String kernelName;

  LibraryFeatures(int leaf, int register, int bit) {
    this(leaf, register, bit, "");
  }

  /**
   * @param leaf glibc's index of the CPUID leaf
   * @param register the index of the register: eax, ebx, ecx, edx
   */
  LibraryFeatures(int leaf, int register, int bit, String kernelName) {
    this.leaf = leaf;
    this.register = register;
    this.bit = bit;
    this.kernelName = kernelName.isEmpty() ? name().toLowerCase(Locale.ROOT) : kernelName;
  }

  private boolean isActive() {
    long found = NativeMemory.call(FUNCTION, leaf);
    int word = NativeMemory.readInt(found + ACTIVE_AT + 4L * register);
    return (word >>> bit & 1) != 0;
  }

  /** Returns whether the C library reports its features. */
  static boolean areKnown() {
    return NativeMemory.hasFunction(FUNCTION);
  }

  private static List<LibraryFeatures> unwanted(CpuLevel level) {
    List<LibraryFeatures> unwanted = new ArrayList<>();
    for (LibraryFeatures each : values()) {
      if (!level.features().contains(each.kernelName)) {
        unwanted.add(each);
      }
    }
    return unwanted;
  }

  /** Returns the kernel's names of active features that the level does not have. */
  static List<String> beyond(CpuLevel level) {
    return unwanted(level).stream()
        .filter(LibraryFeatures::isActive)
        .map(each -> each.kernelName)
        .toList();
  }

  /**
   * Returns the value of GLIBC_TUNABLES that disables the features that the level does not have.
   *
   * @param before the user's own value, or null
   */
  static String tunables(CpuLevel level, String before) {
    List<LibraryFeatures> unwanted = unwanted(level);
    List<String> names = new ArrayList<>(unwanted.stream().map(Enum::name).toList());
    if (unwanted.contains(AVX)) {
      names.add(PREFERS_AVX);
    }
    String ours = String.join(",", names.stream().map(name -> "-" + name).toList());
    List<String> all = new ArrayList<>();
    boolean isMerged = false;
    for (String each : before == null ? new String[0] : before.split(":")) {
      boolean isHwcaps = each.startsWith(TUNABLE);
      all.add(isHwcaps ? each + "," + ours : each);
      isMerged |= isHwcaps;
    }
    if (!isMerged) {
      all.add(TUNABLE + ours);
    }
    return String.join(":", all);
  }
}
