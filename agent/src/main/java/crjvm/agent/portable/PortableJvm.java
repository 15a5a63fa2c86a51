package crjvm.agent.portable;

import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import crjvm.agent.os.command.Restart;
import crjvm.agent.os.descriptor.InheritedFiles;
import crjvm.agent.os.process.ProcessFiles;
import crjvm.image.ImageException;
import crjvm.image.arch.CpuLevel;
import crjvm.image.jvm.ElfImage;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A JVM that is kept within a level of CPUs, so that its image runs on all of them. The JVM and the
 * C library choose their features when they start, long before any agent. If they have chosen more,
 * the process is started again with options that forbid it.
 */
public final class PortableJvm {
  /**
   * The option that marks a restarted JVM. The restart has inserted the options before it on the
   * command line.
   */
  private static final String MARK = "-Dcrjvm.portable=";

  private static final String UNLOCK = "-XX:+UnlockDiagnosticVMOptions";

  private final CpuLevel level;
  private final VmFeatures features;
  private final List<VmFlag> flags;

  private PortableJvm(CpuLevel level, VmFeatures features, List<VmFlag> flags) {
    this.level = level;
    this.features = features;
    this.flags = flags;
  }

  /**
   * Returns in a JVM that stays within the level. Otherwise the process starts again.
   *
   * @param isStarting whether the application has not begun yet
   */
  public static PortableJvm ensure(
      CpuLevel level, boolean isStarting, Instrumentation instrumentation) throws Failure {
    if (level == CpuLevel.V8) {
      throw new Failure(
          CompiledCode.WHAT,
          "portable=" + level + ": JVMs on 64-bit ARM can't be kept within a level yet",
          "leave it out; the image then needs a CPU with the features of this one");
    }
    Path libjvm = libjvm();
    Inside inside = Inside.of(libjvm);
    VmFeatures features = inside.features();
    if (!LibraryFeatures.areKnown()) {
      throw new Failure(
          CompiledCode.WHAT,
          "the C library does not say which features of the CPU it uses",
          "use glibc 2.33 or newer, or leave out portable=");
    }
    Set<String> original = features.current();
    List<VmFlag> flags = known(VmFlags.of(level, original), libjvm);
    PortableJvm jvm = new PortableJvm(level, features, flags);
    String excess = jvm.startedWithMore();
    if (excess != null && inserted(inputArguments()).isEmpty()) {
      jvm.restart(isStarting);
    } else if (excess != null) {
      throw new Failure(
          CompiledCode.WHAT,
          "portable=" + level + ": " + excess,
          "remove the option that asks for it");
    }
    features.restrict(level);
    inside.code().discard(instrumentation);
    return jvm;
  }

  public CpuLevel level() {
    return level;
  }

  /**
   * Returns the options that a restart has inserted at the beginning of the JVM's options.
   *
   * @param inputArguments the arguments of RuntimeMXBean
   */
  public static List<String> inserted(List<String> inputArguments) {
    int mark = 0;
    while (mark < inputArguments.size() && !inputArguments.get(mark).startsWith(MARK)) {
      mark++;
    }
    if (mark == inputArguments.size()) {
      return List.of();
    }
    int first = mark;
    while (first > 0 && !inputArguments.get(first).equals(UNLOCK)) {
      first--;
    }
    return List.copyOf(inputArguments.subList(first, mark + 1));
  }

  /**
   * Checks the level again, at the checkpoint.
   *
   * @throws Failure the JVM or the C library has exceeded the level since
   */
  public void check(String what) throws Failure {
    String excess = startedWithMore();
    Set<String> beyond = features.beyond(level);
    if (excess == null && !beyond.isEmpty()) {
      excess = "the JVM may use " + String.join(", ", beyond);
    }
    if (excess != null) {
      throw new Failure(
          what, "portable=" + level + ": " + excess, "remove what changes it while the JVM runs");
    }
  }

  /**
   * Returns a description of features that the JVM or the C library uses beyond the level, or null.
   */
  private String startedWithMore() {
    List<String> library = LibraryFeatures.beyond(level);
    if (!library.isEmpty()) {
      return "the C library uses "
          + String.join(", ", library)
          + " ("
          + LibraryFeatures.VARIABLE
          + ")";
    }
    for (VmFlag flag : flags) {
      String current = flag.current();
      if (current == null || !flag.isKeptBy(current)) {
        return "the JVM runs without " + flag.option();
      }
    }
    return null;
  }

  private void restart(boolean isStarting) throws Failure {
    if (!isStarting) {
      throw new Failure(
          CompiledCode.WHAT,
          "the JVM has to be started again for portable=" + level + ", but the application runs",
          "give the agent on the command line (-javaagent)");
    }
    List<String> options = new ArrayList<>(List.of(UNLOCK));
    flags.stream().map(VmFlag::option).forEach(options::add);
    options.add(MARK + level);
    String tunables = LibraryFeatures.tunables(level, System.getenv(LibraryFeatures.VARIABLE));
    Console.say("portable=" + level + ": starting the JVM again, in place, for that level");
    if (Console.isDebug()) {
      Console.say(LibraryFeatures.VARIABLE + "=" + tunables + " " + String.join(" ", options));
    }
    start(options, tunables);
  }

  /** Starts the process again. It does not return. */
  private static void start(List<String> options, String tunables) throws Failure {
    try {
      Restart restart = Restart.ofThisProcess();
      if (!restart.program().getFileName().toString().equals("java")) {
        throw new Failure(
            CompiledCode.WHAT,
            "the JVM has to be started again with other options, and \""
                + restart.program()
                + "\" is not the java command",
            "start the application with java, or leave out portable=");
      }
      restart.insertOptions(options);
      restart.setVariable(LibraryFeatures.VARIABLE, tunables);
      restart.execute(InheritedFiles.look());
    } catch (IOException e) {
      throw new Failure(
          CompiledCode.WHAT,
          "the JVM could not be started again (" + e.getMessage() + ")",
          "see that /proc is mounted",
          e);
    }
  }

  /**
   * Returns the flags that this release has, because releases differ. libjvm contains the names of
   * its flags.
   */
  private static List<VmFlag> known(List<VmFlag> flags, Path libjvm) throws Failure {
    try {
      String content = new String(Files.readAllBytes(libjvm), StandardCharsets.ISO_8859_1);
      return flags.stream().filter(each -> content.contains("\0" + each.name() + "\0")).toList();
    } catch (IOException e) {
      throw unreadable(libjvm, e);
    }
  }

  /** The objects that are found through the symbols of libjvm. */
  private record Inside(VmFeatures features, CompiledCode code) {
    static Inside of(Path libjvm) throws Failure {
      try {
        // This must come first, because reading the file maps it once more.
        long base = ProcessFiles.baseOf(libjvm);
        Map<String, ElfImage.LinkerSymbol> symbols = ElfImage.of(libjvm).allSymbols();
        return new Inside(VmFeatures.find(symbols, base), CompiledCode.find(symbols, base));
      } catch (IOException | ImageException e) {
        throw unreadable(libjvm, e);
      }
    }
  }

  private static Failure unreadable(Path libjvm, Exception e) {
    return new Failure(
        CompiledCode.WHAT,
        "\""
            + libjvm
            + "\" does not show which features of the CPU it uses ("
            + e.getMessage()
            + ")",
        "use a JDK whose libjvm.so has its symbols, or leave out portable=",
        e);
  }

  private static Path libjvm() {
    return Path.of(System.getProperty("java.home"), "lib", "server", "libjvm.so");
  }

  private static List<String> inputArguments() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments();
  }
}
