package crjvm.agent.checkpoint.aside;

import crjvm.agent.os.command.LoneRunner;
import crjvm.agent.os.jna.Kernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A process that inherits descriptors but is not a descendant. During the dump it holds descriptors
 * that must not be dumped. Afterwards this process takes them back.
 */
public final class Keeper {
  private int pid;

  /**
   * Starts the keeper. A second call does nothing.
   *
   * @param folder the folder for the keeper's file
   * @param wanted the descriptors that will be taken back, besides the standard streams. Yama may
   *     forbid this, so the method tries it while everything is still in its place
   */
  void start(Path folder, List<Integer> wanted) throws IOException {
    if (pid != 0) {
      return;
    }
    Path file = folder.resolve("keeper");
    // The shell ends at once, so that sleep becomes a child of init.
    String script = "setsid sleep 3600 & echo $! >\"$1\"";
    if (LoneRunner.launch(List.of("/bin/sh", "-c", script, "sh", file.toString()), wanted) != 0) {
      throw new IOException("a keeper process could not be started");
    }
    pid = Integer.parseInt(Files.readString(file).strip());
    Kernel.close(take(wanted.get(0)));
  }

  /** Returns a copy of a descriptor as it was when the keeper started. */
  int take(int fd) throws IOException {
    int process = Kernel.openProcess(pid);
    try {
      return Kernel.takeDescriptor(process, fd);
    } finally {
      Kernel.close(process);
    }
  }

  /** Returns whether the keeper runs. It needs no descriptor to find out. */
  public boolean isAlive() {
    return pid != 0 && Files.exists(Path.of("/proc/" + pid));
  }

  public void stop() {
    if (pid != 0) {
      Kernel.killProcess(pid);
      forget();
    }
  }

  /**
   * Forgets the keeper in the restored process, where its process id belongs to another process.
   */
  public void forget() {
    pid = 0;
  }
}
