package crjvm.agent.portable;

import crjvm.agent.message.Failure;
import crjvm.agent.os.command.Restart;
import crjvm.agent.os.process.ProcessFiles;
import crjvm.image.ImageException;
import crjvm.image.arch.CpuLevel;
import crjvm.image.jvm.ElfImage;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Programs ask an x86-64 processor itself for its features. The C library has a tunable that limits
 * it, HotSpot has options, and its list of features limits the code that it compiles later.
 */
final class X86Limits implements LevelLimits {
  private final CpuLevel level;
  private final VmFeatures features;
  private final CompiledCode code;
  private final Set<String> original;

  private X86Limits(CpuLevel level, VmFeatures features, CompiledCode code) {
    this.level = level;
    this.features = features;
    this.code = code;
    original = features.current();
  }

  /**
   * Returns the limits of this process.
   *
   * @param libjvm the file with HotSpot's symbols
   */
  static X86Limits of(CpuLevel level, Path libjvm) throws Failure {
    X86Limits limits;
    try {
      // This must come first, because reading the file maps it once more.
      long base = ProcessFiles.baseOf(libjvm);
      Map<String, ElfImage.LinkerSymbol> symbols = ElfImage.of(libjvm).allSymbols();
      limits =
          new X86Limits(level, VmFeatures.find(symbols, base), CompiledCode.find(symbols, base));
    } catch (IOException | ImageException e) {
      throw LevelLimits.unreadable(libjvm, e);
    }
    if (!LibraryFeatures.areKnown()) {
      throw new Failure(
          CompiledCode.WHAT,
          "the C library does not say which features of the CPU it uses",
          "use glibc 2.33 or newer, or leave out portable=");
    }
    return limits;
  }

  @Override
  public String startedWithMore() {
    List<String> library = LibraryFeatures.beyond(level);
    return library.isEmpty()
        ? null
        : "the C library uses "
            + String.join(", ", library)
            + " ("
            + LibraryFeatures.VARIABLE
            + ")";
  }

  @Override
  public String remedy() {
    return "remove the option that asks for it";
  }

  @Override
  public List<VmFlag> flags() {
    return VmFlags.of(level, original);
  }

  @Override
  public String prepare(Restart restart) {
    String tunables = LibraryFeatures.tunables(level, System.getenv(LibraryFeatures.VARIABLE));
    restart.setVariable(LibraryFeatures.VARIABLE, tunables);
    return LibraryFeatures.VARIABLE + "=" + tunables;
  }

  @Override
  public void restrict(Instrumentation instrumentation) throws Failure {
    features.restrict(level);
    code.discard(instrumentation);
  }

  @Override
  public String beyond() {
    Set<String> beyond = features.beyond(level);
    return beyond.isEmpty() ? null : "the JVM may use " + String.join(", ", beyond);
  }
}
