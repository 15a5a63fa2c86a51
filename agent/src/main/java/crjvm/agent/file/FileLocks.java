package crjvm.agent.file;

import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import crjvm.agent.os.jna.Kernel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Locks on the application's files outside of its image. The original process takes them at its
 * checkpoint. Each copy takes them before it runs, because descriptors and locks are part of the
 * image. The kernel releases them whenever a process ends.
 *
 * <p>A lock is never released before that, because closing a file would also release the
 * application's POSIX locks on it.
 */
final class FileLocks {
  private final Map<Path, Integer> descriptors = new HashMap<>();
  private final Set<Path> taken = new HashSet<>();

  /**
   * Takes the locks that this process does not hold yet.
   *
   * @throws Failure another process holds one of them
   */
  void take(List<Path> paths) throws Failure, IOException {
    for (Path path : paths) {
      if (!taken.contains(path) && !take(path)) {
        throw new Failure(
            "checkpoint failed",
            "another process is working on \"" + path + "\"",
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
      Console.trace(e); // for example on a network file system; changes are noticed anyway
    }
    return taken.add(path);
  }
}
