package crjvm.agent.checkpoint.aside;

import crjvm.agent.message.Failure;
import crjvm.agent.message.Messages;
import crjvm.agent.os.jna.Kernel;
import crjvm.agent.os.process.ProcessFiles;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * A mapping of a deleted file. In a user namespace CRIU can't open the files behind mappings
 * (/proc/PID/map_files), so it opens them by their names, and deleted files have none. Their
 * mappings therefore become private memory of the process before the dump. Most of them are native
 * libraries that were unpacked, loaded and deleted, including the agent's own.
 *
 * @param name the name in /proc/self/maps, without "(deleted)"
 */
public record DeletedMappings(long start, long end, String permissions, String name) {
  private static final String DELETED = " (deleted)";
  private static final String MEMORY_FILE = "/memfd:";

  /**
   * Returns the mappings of deleted files. It leaves out shared memory that only looks like a file.
   */
  static List<DeletedMappings> parse(List<String> maps) {
    return maps.stream()
        .filter(line -> line.endsWith(DELETED))
        .map(DeletedMappings::parseLine)
        .filter(each -> !each.name.equals("/dev/zero") && !each.name.startsWith("/SYSV"))
        .toList();
  }

  private static DeletedMappings parseLine(String line) {
    String[] fields = line.split("\\s+", 6);
    int dash = fields[0].indexOf('-');
    return new DeletedMappings(
        Long.parseUnsignedLong(fields[0].substring(0, dash), 16),
        Long.parseUnsignedLong(fields[0].substring(dash + 1), 16),
        fields[1],
        fields[5].substring(0, fields[5].length() - DELETED.length()));
  }

  /**
   * Replaces all of these mappings in a user namespace.
   *
   * @param perfData the only shared mapping that may be replaced, because no other process needs to
   *     see it
   * @return whether that mapping was replaced
   * @throws Failure there is a mapping that can't be replaced
   */
  public static boolean replace(Optional<PerfData> perfData) throws Failure, IOException {
    if (!Kernel.isInUserNamespace()) {
      return false;
    }
    boolean isPerfDataReplaced = false;
    for (DeletedMappings each : parse(ProcessFiles.maps())) {
      boolean isPerfData = perfData.isPresent() && perfData.get().address() == each.start;
      if (!isPerfData) {
        each.check();
      }
      each.becomeMemory();
      isPerfDataReplaced |= isPerfData;
    }
    return isPerfDataReplaced;
  }

  private void check() throws Failure {
    if (name.startsWith(MEMORY_FILE)) {
      throw new Failure(
          Messages.FAILED,
          "in a user namespace CRIU can't look at the memory file \"" + name + "\"",
          "run the JVM with another collector than ZGC, or install the helper with setup");
    }
    if (permissions.charAt(3) == 's') {
      throw new Failure(
          Messages.FAILED,
          "in a user namespace CRIU can't look at the deleted file \"" + name + "\", mapped shared",
          "close it before the checkpoint, or install the helper with setup");
    }
  }

  private void becomeMemory() throws IOException {
    int protection = 0;
    for (int i = 0; i < 3; i++) {
      if (permissions.charAt(i) != '-') {
        protection |= 1 << i;
      }
    }
    Kernel.replaceByCopy(start, end - start, protection, permissions.charAt(3) == 's');
  }
}
