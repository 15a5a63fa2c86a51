package crjvm.maven;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A process that ends with the build at the latest, however the build ends. All processes that it
 * has started end with it, which ready-made libraries do not ensure.
 */
final class ChildProcess implements AutoCloseable {
  private static final Duration READER_PATIENCE = Duration.ofSeconds(5);

  private final Thread shutdownHook = new Thread(this::end, "crjvm-child-process");
  private final Duration grace;
  private Process process;
  private Thread reader;
  private boolean isEnded;

  private ChildProcess(Duration grace) {
    this.grace = grace;
  }

  /**
   * Starts a process with the builder's streams.
   *
   * @param grace the time between SIGTERM and SIGKILL
   */
  static ChildProcess start(ProcessBuilder builder, Duration grace) throws IOException {
    ChildProcess child = new ChildProcess(grace);
    child.launch(builder);
    return child;
  }

  /** Starts a process. The consumer receives each line that it writes to either stream. */
  static ChildProcess start(ProcessBuilder builder, Duration grace, Consumer<String> lines)
      throws IOException {
    builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    ChildProcess child = start(builder.redirectErrorStream(true), grace);
    child.reader = new Thread(() -> child.read(lines), "crjvm-child-output");
    child.reader.setDaemon(true);
    child.reader.start();
    return child;
  }

  /**
   * Starts the process. The shutdown hook is registered first, so that there is no moment at which
   * the process could be left behind.
   */
  private synchronized void launch(ProcessBuilder builder) throws IOException {
    try {
      Runtime.getRuntime().addShutdownHook(shutdownHook);
    } catch (IllegalStateException e) {
      throw new IOException("the build is being ended", e);
    }
    try {
      process = builder.start();
    } finally {
      if (process == null) {
        removeShutdownHook();
      }
    }
  }

  private void read(Consumer<String> lines) {
    try (BufferedReader output =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        lines.accept(line);
      }
    } catch (IOException e) {
      // The process was ended.
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Returns whether the process has ended within that time and all its output was read. */
  boolean await(Duration time) throws InterruptedException {
    if (!process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS)) {
      return false;
    }
    if (reader != null) {
      // A process that it has left behind may still have its output open.
      reader.join(READER_PATIENCE.toMillis());
    }
    return true;
  }

  /** Waits for the end of the process without a limit. */
  void awaitEnd() throws InterruptedException {
    process.waitFor();
  }

  /** Returns the exit status, which is 128+n after signal n. */
  int status() {
    return process.exitValue();
  }

  /** Sends SIGTERM to this process only. */
  void terminate() {
    process.destroy();
  }

  /** Ends the process and its descendants if they are still running. */
  @Override
  public void close() {
    removeShutdownHook();
    end();
  }

  private void removeShutdownHook() {
    try {
      Runtime.getRuntime().removeShutdownHook(shutdownHook);
    } catch (IllegalStateException e) {
      // The shutdown hook is running.
    }
  }

  private synchronized void end() {
    if (process == null || isEnded) {
      return;
    }
    isEnded = true;
    List<ProcessHandle> family = new ArrayList<>(descendants());
    family.add(process.toHandle());
    family.forEach(ProcessHandle::destroy);
    try {
      process.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    family.addAll(descendants());
    family.forEach(ProcessHandle::destroyForcibly);
  }

  private List<ProcessHandle> descendants() {
    try (Stream<ProcessHandle> all = process.descendants()) {
      return all.toList();
    }
  }
}
