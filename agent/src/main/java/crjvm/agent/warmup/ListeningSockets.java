package crjvm.agent.warmup;

import static java.util.stream.Collectors.joining;

import crjvm.agent.os.process.ProcessFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The ports that this JVM listens on, in contrast to the ports of other processes. */
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

  /**
   * Returns this JVM's listening addresses by port. The tables may be long, so they are read only
   * if it has sockets.
   */
  static SortedMap<Integer, InetAddress> own() throws IOException {
    Set<String> sockets = ProcessFiles.sockets();
    SortedMap<Integer, InetAddress> own = new TreeMap<>();
    if (!sockets.isEmpty()) {
      for (Path table : TABLES) {
        if (Files.exists(table)) {
          own.putAll(among(sockets, ProcessFiles.lines(table)));
        }
      }
    }
    return own;
  }

  /** Returns this JVM's listening ports as words, or an empty text. */
  static String describe() {
    try {
      return own().keySet().stream().map(port -> "port " + port).collect(joining(" and "));
    } catch (IOException e) {
      return "";
    }
  }

  /** Returns the listening sockets among these inodes in a table of the kernel. */
  static SortedMap<Integer, InetAddress> among(Set<String> inodes, List<String> table) {
    SortedMap<Integer, InetAddress> listening = new TreeMap<>();
    for (String line : table) {
      String[] fields = line.strip().split("\\s+");
      if (fields.length > INODE && fields[STATE].equals(LISTEN) && inodes.contains(fields[INODE])) {
        listening.put(portOf(fields), hostOf(fields));
      }
    }
    return listening;
  }

  /**
   * Returns the address. The kernel prints 32 bits at a time in the byte order of the processor.
   */
  private static InetAddress hostOf(String[] fields) {
    String address = fields[LOCAL_ADDRESS];
    byte[] bytes = HexFormat.of().parseHex(address.substring(0, address.lastIndexOf(':')));
    for (int i = 0; i < bytes.length; i += Integer.BYTES) {
      ByteBuffer word = ByteBuffer.wrap(bytes, i, Integer.BYTES);
      word.putInt(i, Integer.reverseBytes(word.getInt(i)));
    }
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e); // no address has this length
    }
  }

  /** Returns the inode numbers of the sockets that listen on a port in a table of the kernel. */
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
