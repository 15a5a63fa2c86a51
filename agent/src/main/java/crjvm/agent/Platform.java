package crjvm.agent;

import crjvm.agent.message.Failure;
import crjvm.agent.os.arch.Processor;
import crjvm.agent.os.command.JavaProgram;
import crjvm.agent.os.process.Auxiliary;
import crjvm.agent.os.process.ProcessFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

/** A check whether crjvm can checkpoint this JVM. */
final class Platform {
  private static final String WHAT = "no checkpoint will be made";

  /** The modules that the agent uses, besides java.base and java.instrument. */
  private static final List<String> MODULES =
      List.of("java.logging", "java.management", "jdk.management");

  /** Bytes of a page of memory in images. */
  private static final int PAGE = 4096;

  private Platform() {}

  /**
   * Returns whether this JVM runs no application, because java was only asked about itself, such as
   * for its version ({@code -version}) or its modules ({@code --list-modules}).
   */
  static boolean hasNoApplication() {
    return isEmpty(System.getProperty("sun.java.command"))
        && "SUN_STANDARD".equals(System.getProperty("sun.java.launcher"));
  }

  static void check() throws Failure {
    String system = System.getProperty("os.name");
    String machine = System.getProperty("os.arch");
    String vm = System.getProperty("java.vm.name");
    check(system, machine, vm);
    checkModules(name -> ModuleLayer.boot().findModule(name).isPresent());
    try {
      if (Processor.of(machine).filter(Processor::hasSeveralPageSizes).isPresent()) {
        checkPages(Auxiliary.pageSize());
      }
      checkProgram();
    } catch (IOException e) {
      throw new Failure(
          WHAT,
          "this process's files can't be inspected (" + e.getMessage() + ")",
          "see that /proc is mounted",
          e);
    }
  }

  /** Checks the size of the kernel's pages, in bytes. */
  static void checkPages(long size) throws Failure {
    if (size != PAGE) {
      throw new Failure(
          WHAT,
          "this kernel has pages of " + size + " bytes",
          "use one with pages of " + PAGE + " bytes (4 KiB)");
    }
  }

  /** Checks that there is a java program. Normal starts and the image compiler need one. */
  private static void checkProgram() throws IOException, Failure {
    Path executable = ProcessFiles.executable();
    boolean isThere = JavaProgram.find().isPresent();
    String home = System.getProperty("java.home");
    checkProgram(executable, System.getProperty("sun.java.command"), isThere ? null : home);
  }

  /**
   * @param command the main class and arguments, or null if the JVM is a part of another program
   * @param bare the runtime that lacks java, or null if it has java
   */
  static void checkProgram(Path executable, String command, String bare) throws Failure {
    if (isEmpty(command)) {
      throw new Failure(
          WHAT,
          "the JVM is a part of \""
              + executable
              + "\", and crjvm makes images only of JVMs that java has started",
          "start the application with java");
    }
    if (bare != null) {
      throw new Failure(
          WHAT,
          "\""
              + executable
              + "\" takes no JVM options, and its runtime \""
              + bare
              + "\" has no bin/java, which starts the application without an image",
          "use a runtime that has it (jpackage --runtime-image, or --jlink-options without --strip-native-commands)");
    }
  }

  private static boolean isEmpty(String command) {
    return command == null || command.isEmpty();
  }

  /** Checks the modules. Runtimes of jlink, and {@code --limit-modules}, have only some. */
  static void checkModules(Predicate<String> isThere) throws Failure {
    List<String> missing = MODULES.stream().filter(isThere.negate()).toList();
    if (!missing.isEmpty()) {
      throw new Failure(
          WHAT,
          "this Java runtime lacks the module " + String.join(", ", missing),
          "add it (jlink --add-modules " + String.join(",", missing) + ")");
    }
  }

  static void check(String system, String machine, String vm) throws Failure {
    if (!system.equals("Linux") || Processor.of(machine).isEmpty()) {
      throw new Failure(
          WHAT,
          "this is " + system + " on " + machine,
          "make images on Linux on " + Processor.X86_64 + " or " + Processor.AARCH64);
    }
    // The names of OpenJDK's and Oracle's builds are "OpenJDK 64-Bit Server VM" and "Java
    // HotSpot(TM) 64-Bit Server VM".
    if (!vm.contains("64-Bit Server VM")) {
      throw new Failure(
          WHAT, "the JVM \"" + vm + "\" is not HotSpot", "use a HotSpot JDK, 17 or newer");
    }
  }
}
