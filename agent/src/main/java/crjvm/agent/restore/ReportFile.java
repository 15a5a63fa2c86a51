package crjvm.agent.restore;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * The file of a report, which may be in a folder that other users can write to. What they have put
 * there neither holds up the application nor gets the report.
 */
final class ReportFile {
  private static final int OTHERS_WRITE = 022;

  private ReportFile() {}

  /** Makes the file, or replaces its content. It has to be a plain file; a link is not followed. */
  static void write(Path file, String text) throws IOException {
    if (Files.exists(file, NOFOLLOW_LINKS)) {
      check(file);
    }
    // Opening a named pipe for reading as well doesn't block, and it can't be truncated.
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            NOFOLLOW_LINKS)) {
      channel.truncate(0);
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }
  }

  private static void check(Path file) throws IOException {
    if (!Files.isRegularFile(file, NOFOLLOW_LINKS)) {
      throw new FileSystemException(file.toString(), null, "it is not a plain file");
    }
    Path folder = file.toAbsolutePath().getParent();
    Map<String, Object> place = Files.readAttributes(folder, "unix:mode");
    boolean isOpen = ((Integer) place.get("mode") & OTHERS_WRITE) != 0;
    if (isOpen && !Files.getAttribute(file, "unix:uid").equals(ownUser())) {
      throw new FileSystemException(
          file.toString(),
          null,
          "it belongs to another user, in a folder that others can write to");
    }
  }

  private static Integer ownUser() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("Uid:")) {
        return Integer.valueOf(line.split("\\s+")[2]);
      }
    }
    return null;
  }
}
