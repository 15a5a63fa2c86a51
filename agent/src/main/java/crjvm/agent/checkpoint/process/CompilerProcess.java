package crjvm.agent.checkpoint.process;

import crjvm.agent.checkpoint.folder.PartialFolder;
import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import crjvm.agent.message.Messages;
import crjvm.agent.os.command.CommandRunner;
import crjvm.agent.os.command.CommandRunner.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The compiler in its own JVM, so that the dumped JVM needs little memory and does not load the
 * compiler's classes.
 */
public final class CompilerProcess {
  /** The beginning of the compiler's last line when the image is usable but has no working set. */
  private static final String NO_WORKING_SET = "no working set: ";

  /** The beginning of lines that the user has to see. */
  private static final String NOTE = "note: ";

  /**
   * How long the compiler may do nothing. The application's runs in it have limits of their own,
   * which are shorter.
   */
  private static final Duration LIMIT = Duration.ofMinutes(10);

  /**
   * protobuf uses sun.misc.Unsafe, about which JDK 24 and newer warn on stderr. The option
   * --sun-misc-unsafe-memory-access=allow sets this property, but not every JDK knows the option.
   */
  private static final String ALLOW_UNSAFE = "-Dsun.misc.unsafe.memory.access=allow";

  /**
   * Options that the user gave to every JVM must not reach this one. This agent may be among them.
   */
  private static final List<String> CLEAN_ENVIRONMENT =
      List.of(
          "/usr/bin/env",
          "-u",
          "JAVA_TOOL_OPTIONS",
          "-u",
          "JDK_JAVA_OPTIONS",
          "-u",
          "_JAVA_OPTIONS");

  /**
   * The compiler is done before most of its methods would repay their compilation. Its loops over
   * the memory are compiled soon all the same.
   */
  private static final String COMPILE_LATER = "-XX:CompileThresholdScaling=4";

  /**
   * The exceptions: SHA-256 of the JDK's files, which have 150 MB, and comparisons of memory.
   * HotSpot has faster code for both than Java's, but uses it only in compiled methods. {@code
   * quiet} keeps it from printing these options.
   */
  private static final List<String> COMPILE_AT_ONCE =
      List.of(
          "-XX:CompileCommand=quiet",
          "-XX:CompileCommand=CompileThresholdScaling,sun.security.provider.DigestBase::*,0.05",
          "-XX:CompileCommand=CompileThresholdScaling,sun.security.provider.SHA2::*,0.05",
          "-XX:CompileCommand=CompileThresholdScaling,jdk.internal.util.ArraysSupport::*,0.05");

  private final CommandRunner runner;
  private final Path java;
  private final Path jar;

  public CompilerProcess(CommandRunner runner, Path java, Path jar) {
    this.runner = runner;
    this.java = java;
    this.jar = jar;
  }

  /**
   * Compiles the image.
   *
   * @param recordsWorkingSet whether trial restores find out which memory the image needs first
   * @param trainingFile the command lines that are used to check the image
   * @return the result for {@link #report}
   */
  public Result compile(
      PartialFolder folder, boolean recordsWorkingSet, Optional<Path> trainingFile)
      throws Failure, InterruptedException {
    Result result;
    try {
      result = runner.run(command(folder, recordsWorkingSet, trainingFile), LIMIT);
    } catch (IOException e) {
      throw new Failure(
          Messages.FAILED,
          "the image compiler could not be started (" + e.getMessage() + ")",
          "see whether \"" + java + "\" works",
          e);
    }
    if (result.timedOut()) {
      throw new Failure(
          Messages.FAILED,
          "the image compiler has done nothing for " + LIMIT.toMinutes() + " minutes",
          "see what holds it up, such as a file server that does not answer");
    } else if (result.status() != 0) {
      if (Console.isDebug()) {
        result.err().lines().forEach(Console::say);
      }
      String line = result.lastLine();
      throw Remedies.failure(
          line.isEmpty() ? "the image compiler ended with status " + result.status() : line);
    }
    return result;
  }

  /** Says what the user has to know about an image that is used. */
  public static void report(Result result) {
    result
        .out()
        .lines()
        .filter(line -> line.startsWith(NOTE))
        .forEach(line -> Console.say(line.substring(NOTE.length())));
    if (result.lastLine().startsWith(NO_WORKING_SET)) {
      String cause = result.lastLine().substring(NO_WORKING_SET.length());
      Console.say("the image has no working set: " + cause + "; it works without");
    }
  }

  private List<String> command(
      PartialFolder folder, boolean recordsWorkingSet, Optional<Path> trainingFile) throws Failure {
    List<String> command = new ArrayList<>(CLEAN_ENVIRONMENT);
    command.add(java.toString());
    command.add("-Xshare:auto");
    command.add("-XX:+IgnoreUnrecognizedVMOptions");
    command.add("-XX:+UseSerialGC");
    command.add(COMPILE_LATER);
    command.addAll(COMPILE_AT_ONCE);
    command.add(ALLOW_UNSAFE);
    command.addAll(List.of("-cp", jar.toString(), "crjvm.Main", "compile"));
    command.addAll(List.of("--dump", folder.dump().toString()));
    command.addAll(List.of("--context", folder.context().toString()));
    command.addAll(List.of("--outside", folder.outside().toString()));
    command.addAll(List.of("--settings", folder.settings().toString()));
    command.addAll(List.of("--image", folder.image().toString()));
    if (recordsWorkingSet) {
      Launcher.beside(jar)
          .ifPresent(launcher -> command.addAll(List.of("--train", launcher.toString())));
    }
    if (trainingFile.isPresent()) {
      Path launcher =
          Launcher.beside(jar)
              .orElseThrow(
                  () ->
                      new Failure(
                          Messages.FAILED,
                          "the launcher is not beside \"" + jar + "\", and the self-check needs it",
                          "use the jar of a complete distribution folder"));
      command.addAll(List.of("--check", trainingFile.get().toString()));
      command.addAll(List.of("--launcher", launcher.toString()));
    }
    return command;
  }
}
