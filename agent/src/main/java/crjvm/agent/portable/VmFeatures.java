package crjvm.agent.portable;

import crjvm.agent.os.jna.NativeMemory;
import crjvm.image.ImageException;
import crjvm.image.arch.CpuLevel;
import crjvm.image.jvm.ElfImage;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * HotSpot's own list of the CPU's features (VM_Version::_features). Its compilers and its runtime
 * read it before they use an instruction that has no flag. The list is not a part of any interface,
 * so it is found through the symbols of libjvm.
 */
final class VmFeatures {
  /** The symbols of the list, which is one word up to JDK 24, and a set of words in later JDKs. */
  private static final String[] FEATURES = {
    "_ZN10VM_Version9_featuresE", "_ZN19Abstract_VM_Version9_featuresE"
  };

  private static final String NAMES = "_ZN10VM_Version15_features_namesE";

  /** Facts about the machine, hints, and features that every x86-64 CPU has. */
  private static final String HARMLESS =
      "cx8 cmov fxsr ht mmx 3dnowpref sse sse2 tsc tscinvbit tscinv erms fsrm clflush hv hybrid";

  private static final String V2 = " sse3 ssse3 sse4.1 sse4.2 popcnt";
  private static final String V3 = " lzcnt avx avx2 aes clmul bmi1 bmi2 fma f16c vzeroupper";

  private final long address;
  private final long[] names;

  private VmFeatures(long address, long[] names) {
    this.address = address;
    this.names = names;
  }

  /**
   * @param symbols the symbols of libjvm
   * @param base the address at which libjvm is loaded
   * @throws ImageException libjvm has no symbols, or unknown ones
   */
  static VmFeatures find(Map<String, ElfImage.LinkerSymbol> symbols, long base)
      throws ImageException {
    ElfImage.LinkerSymbol table = symbols.get(NAMES);
    for (String name : FEATURES) {
      ElfImage.LinkerSymbol features = symbols.get(name);
      if (features != null && table != null && table.size() > 0) {
        long[] names = new long[Math.toIntExact(table.size() / Long.BYTES)];
        for (int i = 0; i < names.length; i++) {
          names[i] = NativeMemory.readLong(base + table.value() + (long) Long.BYTES * i);
        }
        if (names.length <= features.size() * Byte.SIZE) {
          return new VmFeatures(base + features.value(), names);
        }
      }
    }
    throw new ImageException("it has no symbols for them");
  }

  /** Returns the features that the CPU has according to HotSpot. */
  Set<String> current() {
    Set<String> current = new LinkedHashSet<>();
    for (int i = 0; i < names.length; i++) {
      if ((word(i) >>> i % Long.SIZE & 1) != 0) {
        current.add(name(i));
      }
    }
    return current;
  }

  /** Removes the features that the level does not have. */
  void restrict(CpuLevel level) {
    Set<String> allowed = allowed(level);
    for (int i = 0; i < names.length; i++) {
      if (!allowed.contains(name(i))) {
        NativeMemory.writeLong(wordAddress(i), word(i) & ~(1L << i % Long.SIZE));
      }
    }
  }

  /** Returns the features that the level does not have. */
  Set<String> beyond(CpuLevel level) {
    Set<String> beyond = new TreeSet<>(current());
    beyond.removeAll(allowed(level));
    return beyond;
  }

  private static Set<String> allowed(CpuLevel level) {
    return Set.of((HARMLESS + V2 + (level == CpuLevel.V3 ? V3 : "")).split(" "));
  }

  private String name(int bit) {
    return NativeMemory.readString(names[bit]);
  }

  private long word(int bit) {
    return NativeMemory.readLong(wordAddress(bit));
  }

  private long wordAddress(int bit) {
    return address + (long) bit / Long.SIZE * Long.BYTES;
  }
}
