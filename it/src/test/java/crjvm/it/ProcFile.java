package crjvm.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What /proc says about a process. */
final class ProcFile {
  private ProcFile() {}

  static Path of(long pid, String name) {
    return Path.of("/proc", Long.toString(pid), name);
  }

  /** What its descriptors refer to. */
  static List<String> descriptors(long pid) throws IOException {
    List<String> targets = new ArrayList<>();
    try (Stream<Path> files = Files.list(of(pid, "fd"))) {
      for (Path file : files.toList()) {
        try {
          targets.add(Files.readSymbolicLink(file).toString());
        } catch (NoSuchFileException e) {
          // closed since
        }
      }
    }
    return targets;
  }

  /** The names of its threads, as the kernel has them. */
  static List<String> threadNames(long pid) throws IOException {
    List<String> names = new ArrayList<>();
    try (Stream<Path> threads = Files.list(of(pid, "task"))) {
      for (Path thread : threads.toList()) {
        try {
          names.add(Files.readString(thread.resolve("comm")).strip());
        } catch (NoSuchFileException e) {
          // ended since
        }
      }
    }
    return names;
  }

  /** The fields of its stat from the third, its state, on. */
  static String[] stat(long pid) throws IOException {
    String line = Files.readString(of(pid, "stat"));
    return line.substring(line.lastIndexOf(')') + 2).strip().split(" ");
  }

  /** The numbers of its first thread's children. */
  static List<Long> children(long pid) throws IOException {
    String text = Files.readString(of(pid, "task/" + pid + "/children")).strip();
    return text.isEmpty() ? List.of() : Stream.of(text.split(" ")).map(Long::valueOf).toList();
  }
}
