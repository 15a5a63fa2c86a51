package crjvm.agent.checkpoint.process;

import crjvm.agent.message.Failure;
import crjvm.agent.message.Messages;
import crjvm.agent.os.command.CommandRunner;
import crjvm.agent.os.command.CommandRunner.Result;
import crjvm.agent.os.jna.Kernel;
import crjvm.agent.os.process.ProcessFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The privileged helper, which uses CRIU to dump this JVM. */
public final class Helper {
  static final Path INSTALLED = Path.of("/usr/local/libexec/crjvm/crjvm-helper");

  /** The helper of setup --allow-seccomp-dump, with which CRIU can suspend seccomp filters. */
  static final Path SUSPENDING = Path.of("/usr/local/libexec/crjvm/crjvm-helper-seccomp");

  /** The time limit for the helper's work before it detaches itself. */
  private static final Duration START_LIMIT = Duration.ofSeconds(20);

  /** The folder of the engine that the helper runs; it runs no other. */
  private static final String ENGINE = "/usr/local/lib/crjvm";

  private static final int LINE_LIMIT = 400;

  private static final String PROTOCOL = "protocol 1";

  private final Path file;
  private final CommandRunner runner;

  /**
   * @param runner a runner that needs no other thread, because the dump begins with the gate closed
   */
  public Helper(Path file, CommandRunner runner) {
    this.file = file;
    this.runner = runner;
  }

  /**
   * Returns the helper that the option names. Without the option it returns the helper that can
   * suspend seccomp filters, if it is installed and the process has put itself under filters.
   * Otherwise it returns the helper beside the jar, if that has its capability, or else the
   * installed one.
   */
  public static Path locate(Optional<Path> option, Path jar) {
    if (option.isPresent()) {
      return option.get().toAbsolutePath();
    }
    if (isFilteredByItself() && Files.isExecutable(SUSPENDING)) {
      return SUSPENDING;
    }
    Path bundled = jar.resolveSibling("libexec").resolve("crjvm-helper");
    boolean isReady =
        Files.isExecutable(bundled) && Kernel.hasExtendedAttribute(bundled, "security.capability");
    return isReady ? bundled : INSTALLED;
  }

  /**
   * Returns whether threads have a seccomp filter that the helper would not inherit. An inherited
   * filter rules out the other helper, because the kernel suspends filters only for processes that
   * have none.
   */
  private static boolean isFilteredByItself() {
    try {
      return !ProcessFiles.isThreadFiltered() && ProcessFiles.isAnyThreadFiltered();
    } catch (IOException e) {
      return false; // The helper checks this, too.
    }
  }

  /** Returns whether an image would lack filters of the process. */
  public boolean suspendsFilters() {
    return file.equals(SUSPENDING);
  }

  /**
   * @throws Failure the file is missing or can't be executed
   */
  public static void checkExistence(Path file) throws Failure {
    if (!Files.isExecutable(file)) {
      throw new Failure(
          Messages.FAILED,
          "there is no helper \"" + file + "\"",
          "run setup as root, or give helper=PATH");
    }
  }

  /**
   * Checks that the helper can dump this JVM.
   *
   * @throws Failure there is no helper, or it could not dump this JVM
   */
  public void check() throws Failure, InterruptedException {
    checkExistence(file);
    String version = firstLine(run(List.of(file.toString(), "--version")));
    if (!version.endsWith(PROTOCOL)) {
      throw new Failure(
          Messages.FAILED,
          "\"" + file + "\" is not the helper of this version: it says \"" + version + "\"",
          "run setup of this crjvm as root");
    }
    Result check = run(List.of(file.toString(), "--check"));
    if (check.status() != 0) {
      throw Remedies.failure(firstLine(check));
    }
  }

  /** Returns CRIU's version, or other text that CRIU prints instead. It is only for people. */
  public String engineVersion() throws Failure, InterruptedException {
    return firstLine(
            run(
                List.of(
                    "/usr/bin/env",
                    "LD_LIBRARY_PATH=" + ENGINE + "/lib",
                    ENGINE + "/criu",
                    "--version")))
        .replace("Version: ", "");
  }

  private static String firstLine(Result result) {
    String text = result.out().isBlank() ? result.err() : result.out();
    String line = text.strip().split("\\R", 2)[0];
    return line.length() <= LINE_LIMIT ? line : line.substring(0, LINE_LIMIT) + "...";
  }

  /**
   * Starts the dump. The helper reports the result through the pipe.
   *
   * @param report the writing end of a pipe of this process
   */
  public void dump(Path images, int report, Duration timeLimit)
      throws Failure, InterruptedException {
    Result result =
        run(
            List.of(
                file.toString(),
                "--pid",
                Long.toString(ProcessHandle.current().pid()),
                "--images",
                images.toString(),
                "--report",
                Integer.toString(report),
                "--time-limit",
                Long.toString(timeLimit.toSeconds())));
    if (result.status() != 0) {
      String line = result.lastLine();
      throw Remedies.failure(
          line.isEmpty() ? "the helper ended with status " + result.status() : line);
    }
  }

  private Result run(List<String> command) throws Failure, InterruptedException {
    try {
      Result result = runner.run(command, START_LIMIT);
      if (!result.timedOut()) {
        return result;
      }
      throw Remedies.failure("the helper did not answer within " + START_LIMIT.toSeconds() + " s");
    } catch (IOException e) {
      throw new Failure(
          Messages.FAILED,
          "the helper \"" + file + "\" could not be started (" + e.getMessage() + ")",
          "see that the JVM may have more descriptors and processes (ulimit -n, ulimit -u),"
              + " else run setup as root",
          e);
    }
  }
}
