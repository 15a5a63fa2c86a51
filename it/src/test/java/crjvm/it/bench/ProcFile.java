package crjvm.it.bench;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What /proc says about a process. */
public final class ProcFile {
  private static final String OPENAT = "257"; // on x86-64

  /** Among the fields of stat, from the state on. */
  private static final int THREADS = 17;

  private ProcFile() {}

  public static Path of(long pid, String name) {
    return Path.of("/proc", Long.toString(pid), name);
  }

  /** With a blank behind each word; empty when the process has ended. */
  public static String commandLine(long pid) {
    try {
      return Files.readString(of(pid, "cmdline")).replace('\0', ' ');
    } catch (IOException e) {
      return "";
    }
  }

  /**
   * Whether it has ended and nobody has asked how. As long as one of its threads is there it has
   * its files and their locks, whatever its first thread is.
   */
  public static boolean isZombie(long pid) throws IOException {
    String[] stat = stat(pid);
    return stat[0].equals("Z") && Integer.parseInt(stat[THREADS]) <= 1;
  }

  /** What its descriptors refer to. */
  public static List<String> descriptors(long pid) throws IOException {
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
  public static String[] stat(long pid) throws IOException {
    String line = Files.readString(of(pid, "stat"));
    return line.substring(line.lastIndexOf(')') + 2).strip().split(" ");
  }

  /**
   * Nanoseconds for which the thread that has waited most for a processor has waited: what a busy
   * machine costs it.
   */
  public static long waitedForProcessor(long pid) throws IOException {
    long most = 0;
    try (Stream<Path> threads = Files.list(of(pid, "task"))) {
      for (Path thread : threads.toList()) {
        try {
          // time with a processor, time waited for one, turns
          String[] times = Files.readString(thread.resolve("schedstat")).split(" ");
          most = Math.max(most, Long.parseLong(times[1]));
        } catch (IOException e) {
          // ended since, or while it was read
        }
      }
    } catch (NoSuchFileException e) {
      // the whole process, which others notice
    }
    return most;
  }

  /** The numbers of its first thread's children. */
  public static List<Long> children(long pid) throws IOException {
    String text = Files.readString(of(pid, "task/" + pid + "/children")).strip();
    return text.isEmpty() ? List.of() : Stream.of(text.split(" ")).map(Long::valueOf).toList();
  }

  /**
   * Whether one of its threads is in openat for a path that begins so: it waits there only if the
   * file is a pipe that nobody writes to.
   */
  public static boolean isOpening(long pid, String path) throws IOException {
    try (Stream<Path> threads = Files.list(of(pid, "task"));
        RandomAccessFile memory = new RandomAccessFile(of(pid, "mem").toFile(), "r")) {
      for (Path thread : threads.toList()) {
        String[] call = Files.readString(thread.resolve("syscall")).split(" ");
        if (call[0].equals(OPENAT)) {
          byte[] bytes = new byte[path.length()];
          memory.seek(Long.decode(call[2]));
          memory.readFully(bytes);
          if (new String(bytes, StandardCharsets.US_ASCII).equals(path)) {
            return true;
          }
        }
      }
    }
    return false;
  }
}
