package crjvm.agent.portable;

import crjvm.image.arch.CpuLevel;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The flags that keep code that HotSpot generates at its start within a level. {@link VmFeatures}
 * keeps code that it compiles later within the level, too.
 */
final class VmFlags {
  private VmFlags() {}

  /**
   * Returns the flags.
   *
   * @param features HotSpot's names of the CPU's features
   */
  static List<VmFlag> of(CpuLevel level, Set<String> features) {
    List<VmFlag> flags = new ArrayList<>();
    flags.add(new VmFlag("UseAVX", level == CpuLevel.V2 ? "0" : "2"));
    flags.add(new VmFlag("X86ICacheSync", "1")); // uses CLFLUSH, which all have
    addOff(flags, "UseSHA1Intrinsics", "UseSHA256Intrinsics"); // stubs with the SHA instructions
    addOff(flags, "UsePoly1305Intrinsics", "UseIntPolyIntrinsics"); // AVX-512 or AVX-IFMA
    if (level == CpuLevel.V2) {
      addOff(flags, "UseSHA", "UseAES", "UseAESIntrinsics", "UseAESCTRIntrinsics", "UseCLMUL");
      addOff(flags, "UseCRC32CIntrinsics"); // uses PCLMULQDQ even without UseCLMUL
      addOff(flags, "UseFMA", "UseBMI1Instructions", "UseBMI2Instructions");
      addOff(flags, "UseCountLeadingZerosInstruction", "UseCountTrailingZerosInstruction");
      flags.add(new VmFlag("AllocatePrefetchInstr", "0"));
    } else if (features.contains("adx")) {
      // These stubs for long multiplication use ADX and BMI2 together.
      addOff(flags, "UseMultiplyToLenIntrinsic", "UseSquareToLenIntrinsic", "UseMulAddIntrinsic");
    }
    if (features.contains("sha512")) {
      addOff(flags, "UseSHA512Intrinsics");
    }
    return flags;
  }

  private static void addOff(List<VmFlag> flags, String... names) {
    for (String name : names) {
      flags.add(VmFlag.off(name));
    }
  }
}
