package crjvm.agent.checkpoint.aside;

import crjvm.agent.os.Kernel;
import crjvm.agent.os.LoneRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A process that is no descendant and inherits descriptors: it holds during the dump what must not
 * be dumped, and this process takes it back.
 */
public final class Keeper {
  private int pid;

  /**
   * Does nothing the second time.
   *
   * @param folder for a file of its own
   * @param wanted what will be taken back, beside the standard streams. Yama may forbid it, which
   *     is found out while everything is in its place
   */
  void start(Path folder, List<Integer> wanted) throws IOException {
    if (pid != 0) {
      return;
    }
    Path file = folder.resolve("keeper");
    // The shell ends at once, so that the sleeper becomes a child of init's.
    String script = "setsid sleep 3600 & echo $! >\"$1\"";
    if (LoneRunner.launch(List.of("/bin/sh", "-c", script, "sh", file.toString()), wanted) != 0) {
      throw new IOException("a keeper process could not be started");
    }
    pid = Integer.parseInt(Files.readString(file).strip());
    Kernel.close(take(wanted.get(0)));
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

  /** Asks without a descriptor. */
  public boolean isAlive() {
    return pid != 0 && Files.exists(Path.of("/proc/" + pid));
  }

  public void stop() {
    if (pid != 0) {
      Kernel.killProcess(pid);
      forget();
    }
  }

  /** In the restored process: the process of this number is another one. */
  public void forget() {
    pid = 0;
  }
}
