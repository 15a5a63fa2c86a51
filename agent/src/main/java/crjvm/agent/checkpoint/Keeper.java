package crjvm.agent.checkpoint;

import crjvm.agent.os.Kernel;
import crjvm.agent.os.ProcessFactory;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A process that is no descendant and inherits all descriptors: it holds during the dump what must
 * not be dumped, and this process takes it back.
 */
final class Keeper {
  private static final int START_SECONDS = 10;

  private final ProcessFactory factory;
  private int pid;

  Keeper(ProcessFactory factory) {
    this.factory = factory;
  }

  /**
   * Does nothing the second time.
   *
   * @param folder for a file of its own
   * @param wanted a descriptor that will be taken back: Yama may forbid it, which is found out
   *     while everything is in its place
   */
  void start(Path folder, int wanted) throws IOException, InterruptedException {
    if (pid != 0) {
      return;
    }
    pid = start(folder.resolve("keeper"));
    Kernel.close(take(wanted));
  }

  /** {@code sh} ends at once, so that the sleeper becomes a child of init's. */
  private int start(Path file) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            "/bin/sh", "-c", "setsid sleep 3600 & echo $! >\"$1\"", "sh", file.toString());
    builder.redirectInput(Redirect.INHERIT);
    builder.redirectOutput(Redirect.INHERIT);
    builder.redirectError(Redirect.INHERIT);
    Process shell = factory.start(builder);
    if (!shell.waitFor(START_SECONDS, TimeUnit.SECONDS) || shell.exitValue() != 0) {
      shell.destroyForcibly();
      throw new IOException("a keeper process could not be started");
    }
    return Integer.parseInt(Files.readString(file).strip());
  }

  /** A copy of a descriptor as it was when the keeper started. */
  int take(int fd) throws IOException {
    int process = Kernel.openProcess(pid);
    try {
      return Kernel.takeDescriptor(process, fd);
    } finally {
      Kernel.close(process);
    }
  }

  void stop() {
    if (pid != 0) {
      Kernel.killProcess(pid);
      forget();
    }
  }

  /** In the restored process: the process of this number is another one. */
  void forget() {
    pid = 0;
  }
}
