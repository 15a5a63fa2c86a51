package crjvm.door;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The files that name the process which makes the image of a cache entry. A tool or server may
 * start other JVMs with its own options, including the agent. An image of one of these JVMs would
 * be taken for an image of the tool.
 */
final class MakerFiles {
  private static final String VALUE = "(?:\\\\.|[^,\\\\])*";
  private static final Pattern ENTRY =
      Pattern.compile("^(?:" + VALUE + ",)*?entry=(" + VALUE + ")");
  private static final Path SELF = Path.of("/proc/self/stat");

  /** The index of the start time among the words of {@link #SELF} after the program's name. */
  private static final int START = 19;

  private MakerFiles() {}

  /** Returns whether the agent's options are meant for another process. */
  static boolean isForAnother(String options) {
    Matcher matcher = ENTRY.matcher(options);
    if (!matcher.find()) {
      return false;
    }
    try {
      return !isMaker(Path.of(matcher.group(1).replaceAll("\\\\(.)", "$1")), self());
    } catch (IOException | RuntimeException e) {
      return true;
    }
  }

  /** Returns process id and start time in the form that the launcher's java-entry.sh writes. */
  private static String self() throws IOException {
    String line = Files.readString(SELF);
    String[] words = line.substring(line.lastIndexOf(')') + 2).split(" ");
    return line.substring(0, line.indexOf(' ')) + " " + words[START];
  }

  private static boolean isMaker(Path entry, String process) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(entry, "maker.*")) {
      for (Path file : files) {
        if (Files.readString(file).strip().equals(process)) {
          return true;
        }
      }
    }
    return false;
  }
}
