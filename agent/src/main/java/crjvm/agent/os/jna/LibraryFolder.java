package crjvm.agent.os.jna;

import crjvm.agent.message.Failure;
import crjvm.agent.os.process.ProcessFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The folder in which JNA's library is unpacked. The folder must allow executable mappings. */
final class LibraryFolder {
  private LibraryFolder() {}

  /**
   * Returns the first suitable folder.
   *
   * @throws Failure no folder is suitable; the message has a reason for each
   */
  static Path choose(List<Path> folders) throws Failure {
    List<String> reasons = new ArrayList<>();
    for (Path folder : folders) {
      Optional<String> obstacle = obstacle(folder);
      if (obstacle.isEmpty()) {
        return folder;
      }
      reasons.add("\"" + folder + "\" " + obstacle.get());
    }
    throw new Failure(
        "checkpoint failed",
        "there is no folder from which JNA's library can be loaded: " + String.join(", ", reasons),
        "give one with -Djava.io.tmpdir=DIR");
  }

  private static Optional<String> obstacle(Path folder) {
    if (!Files.isDirectory(folder)) {
      return Optional.of("is not a folder");
    } else if (!Files.isWritable(folder)) {
      return Optional.of("can't be written");
    }
    try {
      return isExecutable(folder.toRealPath())
          ? Optional.empty()
          : Optional.of("is mounted noexec");
    } catch (IOException e) {
      return Optional.of("can't be inspected (" + e.getMessage() + ")");
    }
  }

  /**
   * Returns whether the folder's mount allows programs. The innermost mount around the folder
   * counts, and of several mounts at one place the last.
   */
  private static boolean isExecutable(Path folder) throws IOException {
    int depth = -1;
    boolean executable = true;
    for (String line : ProcessFiles.mountLines()) {
      String[] fields = line.split(" ");
      Path point = Path.of(unescaped(fields[4]));
      if (folder.startsWith(point) && point.getNameCount() >= depth) {
        depth = point.getNameCount();
        executable = !Arrays.asList(fields[5].split(",")).contains("noexec");
      }
    }
    return executable;
  }

  /**
   * Returns the name without escapes. Blanks, tabs, line ends and backslashes are octal numbers in
   * /proc/self/mountinfo.
   */
  private static String unescaped(String name) {
    return name.replace("\\040", " ")
        .replace("\\011", "\t")
        .replace("\\012", "\n")
        .replace("\\134", "\\");
  }
}
