package crjvm.agent.portable;

import crjvm.agent.message.Failure;
import crjvm.agent.os.command.Restart;
import crjvm.agent.os.jna.Kernel;
import crjvm.agent.os.jna.NativeMemory;
import crjvm.image.arch.CpuFeatures;
import crjvm.image.arch.CpuLevel;
import crjvm.image.arch.machines.Machines;
import java.lang.instrument.Instrumentation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * The kernel tells each program on 64-bit ARM which features the processor has (AT_HWCAP and
 * AT_HWCAP2), and HotSpot, the C library and most others believe it. So the restorer starts the
 * program and hides what the level lacks, and the program also signs no return addresses.
 */
final class ArmLimits implements LevelLimits {
  private static final int[] TYPES = {16, 26}; // AT_HWCAP, AT_HWCAP2
  private static final int[] OTHER_TYPES = {29, 30}; // AT_HWCAP3, AT_HWCAP4
  private static final long EVERY_PROCESSOR_HAS = 3; // fp, asimd

  /**
   * The flags of JDK 27 and newer for processors on which fewer steps publish new code: HotSpot
   * finds that out at its start.
   */
  private static final List<VmFlag> FLAGS =
      List.of(
          VmFlag.off("UseSingleICacheInvalidation"),
          VmFlag.off("NeoverseN1ICacheErratumMitigation"));

  private final CpuLevel level;
  private final Path restorer;

  /**
   * @param jar the agent's jar in its distribution folder
   */
  ArmLimits(CpuLevel level, Path jar) {
    this.level = level;
    restorer = jar.resolveSibling("libexec").resolve("crjvm-restore");
  }

  private long[] allowed() {
    long[] words = Machines.AARCH64.features().words(level.features());
    words[0] |= EVERY_PROCESSOR_HAS;
    return words;
  }

  @Override
  public String startedWithMore() {
    TreeSet<String> more = new TreeSet<>();
    long[] allowed = allowed();
    for (int word = 0; word < TYPES.length; word++) {
      addNames(word, features(TYPES[word]) & ~allowed[word], more);
    }
    for (int type : OTHER_TYPES) {
      addNames(type, features(type), more);
    }
    if (Kernel.enabledPointerKeys() > 0) {
      more.add("paca");
    }
    return more.isEmpty() ? null : "the process may use " + String.join(", ", more);
  }

  private static long features(int type) {
    return NativeMemory.call("getauxval", type);
  }

  private static void addNames(int word, long bits, TreeSet<String> names) {
    CpuFeatures features = Machines.AARCH64.features();
    for (int bit = 0; bit < Long.SIZE; bit++) {
      if ((bits >>> bit & 1) != 0) {
        names.add(features.name(word, bit).orElse("bit " + bit + " of word " + (word + 1)));
      }
    }
  }

  @Override
  public String remedy() {
    return "allow ptrace (kernel.yama.ptrace_scope at most 1, a seccomp filter that lets it"
        + " through), start java itself and not a program that starts it, or leave out portable=";
  }

  @Override
  public List<VmFlag> flags() {
    return FLAGS;
  }

  @Override
  public String prepare(Restart restart) throws Failure {
    if (!Files.isExecutable(restorer)) {
      throw new Failure(
          CompiledCode.WHAT,
          "\"" + restorer + "\" can't be executed, which portable= needs",
          "keep the distribution folder as it is");
    }
    List<String> words = new ArrayList<>(List.of("--limit-features", "--"));
    for (long each : allowed()) {
      words.add(Long.toString(each));
    }
    restart.startBy(restorer, words);
    return restorer + " " + String.join(" ", words);
  }

  /** HotSpot has asked for the features already, and has got no others. */
  @Override
  public void restrict(Instrumentation instrumentation) {}

  @Override
  public String beyond() {
    return null;
  }
}
