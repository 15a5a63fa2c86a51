package crjvm.agent.file;

import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import crjvm.agent.os.Kernel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Locks on what an application keeps outside of its image: the original has them from its
 * checkpoint on, and each copy takes them before it runs, as descriptors and locks are part of the
 * image. The kernel gives them back however a process ends.
 *
 * <p>A lock is never given back before: closing a file would take the POSIX locks along that the
 * application has on it.
 */
final class FileLocks {
  private final Map<Path, Integer> descriptors = new HashMap<>();
  private final Set<Path> taken = new HashSet<>();

  /**
   * Takes those that are not there yet.
   *
   * @throws Failure another process has one of them
   */
  void take(List<Path> paths) throws Failure, IOException {
    for (Path path : paths) {
      if (!taken.contains(path) && !take(path)) {
        throw new Failure(
            "checkpoint failed",
            "another process is at work on \"" + path + "\"",
            "end it, or give each process a folder of its own");
      }
    }
  }

  private boolean take(Path path) throws IOException {
    if (!descriptors.containsKey(path)) {
      descriptors.put(path, Kernel.openForReading(path));
    }
    try {
      if (!Kernel.tryLock(descriptors.get(path))) {
        return false;
      }
    } catch (IOException e) {
      Console.trace(e); // a network file system, say: what has changed is noticed all the same
    }
    return taken.add(path);
  }
}
