package crjvm.agent.warmup;

import crjvm.agent.os.ProcessFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Finds out whether this very JVM listens on a port: somebody else may sit there. */
final class ListeningSockets {
  private static final List<Path> TABLES =
      List.of(Path.of("/proc/net/tcp6"), Path.of("/proc/net/tcp"));
  private static final String LISTEN = "0A";
  private static final int LOCAL_ADDRESS = 1;
  private static final int STATE = 3;
  private static final int INODE = 9;

  private ListeningSockets() {}

  static boolean isOwn(int port) throws IOException {
    Set<String> listening = new HashSet<>();
    for (Path table : TABLES) {
      if (Files.exists(table)) {
        listening.addAll(inodes(ProcessFiles.lines(table), port));
      }
    }
    if (listening.isEmpty()) {
      return false;
    }
    listening.retainAll(ProcessFiles.sockets());
    return !listening.isEmpty();
  }

  /** The inode numbers of the sockets that listen on a port, in a table of the kernel's. */
  static Set<String> inodes(List<String> table, int port) {
    Set<String> inodes = new HashSet<>();
    for (String line : table) {
      String[] fields = line.strip().split("\\s+");
      if (fields.length > INODE && fields[STATE].equals(LISTEN) && portOf(fields) == port) {
        inodes.add(fields[INODE]);
      }
    }
    return inodes;
  }

  private static int portOf(String[] fields) {
    String address = fields[LOCAL_ADDRESS];
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1), 16);
  }
}
