package crjvm.agent.checkpoint.process;

import crjvm.agent.message.Failure;
import crjvm.agent.message.Messages;
import crjvm.agent.os.CommandRunner;
import crjvm.agent.os.CommandRunner.Result;
import crjvm.agent.os.Kernel;
import crjvm.agent.os.ProcessFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The privileged helper, which has this JVM dumped by CRIU. */
public final class Helper {
  static final Path INSTALLED = Path.of("/usr/local/libexec/crjvm/crjvm-helper");

  /** The opt-in of setup --allow-seccomp-dump, with which CRIU can suspend seccomp filters. */
  static final Path SUSPENDING = Path.of("/usr/local/libexec/crjvm/crjvm-helper-seccomp");

  /** For what the helper does before it detaches itself. */
  private static final Duration START_LIMIT = Duration.ofSeconds(20);

  /** The engine that the helper runs; it takes no other. */
  private static final String ENGINE = "/usr/local/lib/crjvm";

  private static final int LINE_LIMIT = 400;

  private static final String PROTOCOL = "protocol 1";

  private final Path file;
  private final CommandRunner runner;

  /**
   * @param runner one that needs no other thread: the dump begins with the gate closed
   */
  public Helper(Path file, CommandRunner runner) {
    this.file = file;
    this.runner = runner;
  }

  /**
   * The option, else the opt-in where only that one can help, else the one beside the jar if it has
   * its capability, else the installed one.
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
   * Whether threads have a seccomp filter that the helper would not inherit. An inherited one is no
   * use for the opt-in: the kernel suspends filters only for processes that have none.
   */
  private static boolean isFilteredByItself() {
    try {
      return !ProcessFiles.isThreadFiltered() && ProcessFiles.isAnyThreadFiltered();
    } catch (IOException e) {
      return false; // the helper looks, too
    }
  }

  /** Whether an image would lack filters that the process has. */
  public boolean suspendsFilters() {
    return file.equals(SUSPENDING);
  }

  /**
   * @throws Failure there is none, or it could not dump this JVM
   */
  public void check() throws Failure, InterruptedException {
    if (!Files.isExecutable(file)) {
      throw new Failure(
          Messages.FAILED,
          "there is no helper \"" + file + "\"",
          "run setup as root, or give helper=PATH");
    }
    String version = firstLine(run(List.of(file.toString(), "--version")));
    if (!version.endsWith(PROTOCOL)) {
      throw new Failure(
          Messages.FAILED,
          "\"" + file + "\" is no helper of this version: it says \"" + version + "\"",
          "run setup of this crjvm as root");
    }
    Result check = run(List.of(file.toString(), "--check"));
    if (check.status() != 0) {
      throw Remedies.failure(firstLine(check));
    }
  }

  /** CRIU's version, or what it says instead; for people. */
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
   * Starts the dump. What comes of it is reported through the pipe.
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
