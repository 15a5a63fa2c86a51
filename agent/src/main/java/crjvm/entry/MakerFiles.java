package crjvm.entry;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who makes the image of an entry of the cache. A tool or server may start other JVMs with the
 * options that it was started with itself, the agent among them, and an image of those would be
 * taken for one of the tool.
 */
final class MakerFiles {
  private static final String VALUE = "(?:\\\\.|[^,\\\\])*";
  private static final Pattern ENTRY =
      Pattern.compile("^(?:" + VALUE + ",)*?entry=(" + VALUE + ")");
  private static final Path SELF = Path.of("/proc/self/stat");

  /** Behind the name of the program, among the words of {@link #SELF}. */
  private static final int START = 19;

  private MakerFiles() {}

  /** Whether the agent's options are those of another process. */
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

  /** As the launcher's java-entry.sh writes it: process id and start time. */
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
