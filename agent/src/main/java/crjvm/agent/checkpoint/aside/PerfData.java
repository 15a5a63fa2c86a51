package crjvm.agent.checkpoint.aside;

import crjvm.agent.message.Console;
import crjvm.agent.os.Kernel;
import crjvm.agent.os.ProcessFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The JVM's counters for jps and jstat, /tmp/hsperfdata_USER/PID, a shared mapping. For the dump
 * the file is unlinked: its name holds the old process id, and CRIU then carries the contents. (A
 * hard link kept aside would not do: CRIU refuses deleted names of files that have others.)
 */
public record PerfData(Path file, long address, long size) {
  private static final String FOLDER = "/hsperfdata_";
  private static final String DELETED = " (deleted)";

  /** Empty with -XX:-UsePerfData and -XX:+PerfDisableSharedMem. */
  public static Optional<PerfData> find() throws IOException {
    return parse(ProcessFiles.maps());
  }

  static Optional<PerfData> parse(List<String> maps) {
    for (String line : maps) {
      String[] fields = line.split("\\s+", 6);
      if (fields.length == 6 && fields[5].contains(FOLDER) && fields[1].contains("s")) {
        int dash = fields[0].indexOf('-');
        long start = Long.parseUnsignedLong(fields[0].substring(0, dash), 16);
        long end = Long.parseUnsignedLong(fields[0].substring(dash + 1), 16);
        String name = fields[5];
        if (name.endsWith(DELETED)) {
          name = name.substring(0, name.length() - DELETED.length());
        }
        return Optional.of(new PerfData(Path.of(name), start, end - start));
      }
    }
    return Optional.empty();
  }

  /** The same memory, for a restored process that has no such file yet. */
  public PerfData ofThisProcess() throws IOException {
    Path folder = Path.of("/tmp" + FOLDER + System.getProperty("user.name"));
    Files.createDirectories(folder);
    String pid = Path.of("/proc/self").toRealPath().getFileName().toString();
    return new PerfData(folder.resolve(pid), address, size);
  }

  public void unlink() throws IOException {
    Files.deleteIfExists(file);
  }

  /**
   * In an original that carries on: a new file in the place of the old one, under the JVM's feet.
   * Locked, as HotSpot's own is, because JVMs of other PID namespaces that share /tmp remove what
   * nobody has locked; the mapping keeps the lock.
   *
   * @return whether it was made
   */
  public boolean recreate() {
    if (Files.exists(file)) {
      return false;
    }
    try {
      int fd = Kernel.create(file);
      try {
        Kernel.lock(fd);
        Kernel.write(fd, address, size);
        Kernel.mapShared(fd, address, size);
      } finally {
        Kernel.close(fd);
      }
      return true;
    } catch (IOException e) {
      Console.trace(e); // jps does without this process
      return false;
    }
  }
}
