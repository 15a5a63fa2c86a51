package crjvm.agent.portable;

import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import crjvm.agent.os.command.Restart;
import crjvm.agent.os.descriptor.InheritedFiles;
import crjvm.image.arch.CpuLevel;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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
  private final LevelLimits limits;
  private final List<VmFlag> flags;

  private PortableJvm(CpuLevel level, LevelLimits limits, List<VmFlag> flags) {
    this.level = level;
    this.limits = limits;
    this.flags = flags;
  }

  /**
   * Returns in a JVM that stays within the level. Otherwise the process starts again.
   *
   * @param isStarting whether the application has not begun yet
   * @param jar the agent's jar in its distribution folder
   */
  public static PortableJvm ensure(
      CpuLevel level, boolean isStarting, Instrumentation instrumentation, Path jar)
      throws Failure {
    Path libjvm = libjvm();
    LevelLimits limits =
        switch (level.architecture()) {
          case X86_64 -> X86Limits.of(level, libjvm);
          case AARCH64 -> new ArmLimits(level, jar);
        };
    PortableJvm jvm = new PortableJvm(level, limits, known(limits.flags(), libjvm));
    String excess = jvm.startedWithMore();
    if (excess != null && inserted(inputArguments()).isEmpty()) {
      jvm.restart(isStarting);
    } else if (excess != null) {
      throw new Failure(CompiledCode.WHAT, "portable=" + level + ": " + excess, limits.remedy());
    }
    limits.restrict(instrumentation);
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
    if (excess == null) {
      excess = limits.beyond();
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
    String more = limits.startedWithMore();
    if (more != null) {
      return more;
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
    Console.say("portable=" + level + ": starting the JVM again, in place, for that level");
    start(options);
  }

  /** Starts the process again. It does not return. */
  private void start(List<String> options) throws Failure {
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
      String means = limits.prepare(restart);
      if (Console.isDebug()) {
        Console.say(means + " " + String.join(" ", options));
      }
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
      throw LevelLimits.unreadable(libjvm, e);
    }
  }

  private static Path libjvm() {
    return Path.of(System.getProperty("java.home"), "lib", "server", "libjvm.so");
  }

  private static List<String> inputArguments() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments();
  }
}
