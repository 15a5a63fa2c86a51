package crjvm.it.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A process under test, with its output in files. */
public final class RunningProcess {
  public static final Duration LIMIT = Duration.ofSeconds(120);

  private static final Pattern ERROR_FILE =
      Pattern.compile("^# (/.*/hs_err_pid\\d+\\.log)$", Pattern.MULTILINE);

  private final Process process;
  private final List<String> command;
  private final Path stdout;
  private final Path stderr;
  private List<ProcessHandle> killed = List.of();

  RunningProcess(Process process, List<String> command, Path stdout, Path stderr) {
    this.process = process;
    this.command = command;
    this.stdout = stdout;
    this.stderr = stderr;
  }

  public long pid() {
    return process.pid();
  }

  public Process process() {
    return process;
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  public String stdout() {
    return read(stdout);
  }

  public String stderr() {
    return read(stderr);
  }

  private static String read(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns the lines of standard error that crjvm wrote. */
  public List<String> messages() {
    return stderr().lines().filter(line -> line.startsWith("crjvm: ")).toList();
  }

  /** Waits for the end. Returns the exit status, which is 128+n after signal n. */
  public int awaitExit() throws InterruptedException {
    if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      String description = describe();
      kill();
      throw new AssertionError("still running after " + LIMIT.toSeconds() + " s\n" + description);
    }
    return process.exitValue();
  }

  public void awaitError(String text) {
    awaitText("standard error", text, this::stderr);
  }

  public void awaitOutput(String text) {
    awaitText("standard output", text, this::stdout);
  }

  /** Waits for a text in a stream. A process that has ended has written all of its output. */
  private void awaitText(String stream, String text, Supplier<String> source) {
    Await.until(
        LIMIT,
        "\"" + text + "\" on " + stream,
        () -> {
          boolean ended = !isAlive();
          boolean found = source.get().contains(text);
          if (ended && !found) {
            throw new AssertionError("no \"" + text + "\" on " + stream + "\n" + describe());
          }
          return found;
        },
        this::describe);
  }

  /** Sends a signal by its name ("TERM"). */
  public void signal(String name) throws IOException, InterruptedException {
    try {
      signal(name, pid());
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + "\n" + describe(), e);
    }
  }

  public static void signal(String name, long pid) throws IOException, InterruptedException {
    if (!isSignalled(name, pid)) {
      throw new AssertionError("kill -" + name + " " + pid + " failed");
    }
  }

  /** Sends a signal. Returns false if the process has ended. */
  public static boolean isSignalled(String name, long pid)
      throws IOException, InterruptedException {
    String[] command = {"kill", "-" + name, Long.toString(pid)};
    return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
  }

  public int terminate() throws IOException, InterruptedException {
    signal("TERM");
    return awaitExit();
  }

  public void kill() {
    // Later the system no longer shows whose descendants they were. The id of a process that has
    // ended may belong to another test's process, which may have descendants.
    Stream<ProcessHandle> descendants = isAlive() ? process.descendants() : Stream.empty();
    killed = Stream.concat(descendants, Stream.of(process.toHandle())).toList();
    killed.forEach(ProcessHandle::destroyForcibly);
  }

  /**
   * Waits until the killed processes no longer have any ports or files, and removes their sockets
   * for jcmd.
   */
  public void awaitKilled() {
    for (ProcessHandle each : killed) {
      Await.until(LIMIT, "the end of " + each.pid(), () -> hasEnded(each), this::describe);
      removeAttachSocket(each.pid());
    }
  }

  /** Removes a socket that would be in the way of a JVM that gets this process id later. */
  private static void removeAttachSocket(long pid) {
    try {
      AttachSocket.removeOfEnded(pid);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Returns whether a process has ended. An orphan stays a zombie if nobody asks for its status.
   */
  private static boolean hasEnded(ProcessHandle handle) throws IOException {
    try {
      return !handle.isAlive() || ProcFile.isZombie(handle.pid());
    } catch (NoSuchFileException e) {
      return true;
    }
  }

  /** Returns a field of /proc/PID/status. */
  public String status(String field) throws IOException {
    return status(pid(), field);
  }

  public static String status(long pid, String field) throws IOException {
    List<String> lines;
    try {
      lines = Files.readAllLines(ProcFile.of(pid, "status"));
    } catch (IOException e) {
      if (Files.exists(ProcFile.of(pid, ""))) {
        throw e;
      }
      return "";
    }
    return lines.stream()
        .filter(line -> line.startsWith(field + ":"))
        .map(line -> line.substring(field.length() + 1).strip())
        .findFirst()
        .orElseThrow();
  }

  /** Returns a description for messages. */
  public String describe() {
    return String.join(" ", command)
        + "\n"
        + (process.isAlive() ? "is running as " + pid() : "ended with " + process.exitValue())
        + "\n--- stdout\n"
        + stdout()
        + "\n--- stderr\n"
        + stderr()
        + errorFile();
  }

  /** Returns the beginning of HotSpot's report of its crash, before the file is deleted. */
  private String errorFile() {
    Matcher matcher = ERROR_FILE.matcher(stdout());
    if (!matcher.find()) {
      return "";
    }
    String lines =
        read(Path.of(matcher.group(1))).lines().limit(300).collect(Collectors.joining("\n"));
    return "\n--- " + matcher.group(1) + "\n" + lines;
  }
}
