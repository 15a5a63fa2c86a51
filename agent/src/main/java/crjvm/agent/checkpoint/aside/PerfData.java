package crjvm.agent.checkpoint.aside;

import crjvm.agent.message.Console;
import crjvm.agent.os.jna.Kernel;
import crjvm.agent.os.process.ProcessFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The JVM's counters for jps and jstat, a shared mapping of /tmp/hsperfdata_USER/PID. The file is
 * unlinked for the dump, because its name contains the old process id. CRIU then stores its
 * contents. A hard link would not help, because CRIU refuses a file with a deleted name that still
 * has other names.
 */
public record PerfData(Path file, long address, long size) {
  private static final String FOLDER = "/hsperfdata_";
  private static final String DELETED = " (deleted)";

  /** Returns the counters, or nothing with -XX:-UsePerfData or -XX:+PerfDisableSharedMem. */
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

  /**
   * Returns the same memory with the file name of a restored process, which has no such file yet.
   */
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
   * Makes a new file in place of the old one in an original process that continues, and maps it
   * over the same memory. Like HotSpot's own file, it is locked, because JVMs of other PID
   * namespaces that share /tmp remove files without a lock. The mapping keeps the lock.
   *
   * @return whether the file was made
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
      Console.trace(e); // jps does not show this process.
      return false;
    }
  }
}
