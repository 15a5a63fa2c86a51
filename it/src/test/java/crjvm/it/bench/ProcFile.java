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

/** Reads information about processes from /proc. */
public final class ProcFile {
  private static final String OPENAT = "257"; // on x86-64

  /** The number of threads among the fields of stat, counted from the state. */
  private static final int THREADS = 17;

  private ProcFile() {}

  public static Path of(long pid, String name) {
    return Path.of("/proc", Long.toString(pid), name);
  }

  /**
   * Returns the command line with a blank after each word. It is empty if the process has ended.
   */
  public static String commandLine(long pid) {
    try {
      return Files.readString(of(pid, "cmdline")).replace('\0', ' ');
    } catch (IOException e) {
      return "";
    }
  }

  /**
   * Returns whether the process has ended and nobody has asked for its status. As long as one of
   * its threads exists, the process has its files and their locks, whatever its first thread is.
   */
  public static boolean isZombie(long pid) throws IOException {
    String[] stat = stat(pid);
    return stat[0].equals("Z") && Integer.parseInt(stat[THREADS]) <= 1;
  }

  /** Returns the targets of the process's descriptors. */
  public static List<String> descriptors(long pid) throws IOException {
    List<String> targets = new ArrayList<>();
    try (Stream<Path> files = Files.list(of(pid, "fd"))) {
      for (Path file : files.toList()) {
        try {
          targets.add(Files.readSymbolicLink(file).toString());
        } catch (NoSuchFileException e) {
          // The descriptor was closed meanwhile.
        }
      }
    }
    return targets;
  }

  /** Returns the names of the threads, as the kernel has them. */
  public static List<String> threadNames(long pid) throws IOException {
    List<String> names = new ArrayList<>();
    try (Stream<Path> threads = Files.list(of(pid, "task"))) {
      for (Path thread : threads.toList()) {
        try {
          names.add(Files.readString(thread.resolve("comm")).strip());
        } catch (NoSuchFileException e) {
          // The thread has ended meanwhile.
        }
      }
    }
    return names;
  }

  /** Returns the fields of stat from the third one, the state, on. */
  public static String[] stat(long pid) throws IOException {
    String line = Files.readString(of(pid, "stat"));
    return line.substring(line.lastIndexOf(')') + 2).strip().split(" ");
  }

  /**
   * Returns how many nanoseconds a thread has waited for a processor: the longest of all threads.
   * It is the time that a busy machine costs the process.
   */
  public static long waitedForProcessor(long pid) throws IOException {
    long most = 0;
    try (Stream<Path> threads = Files.list(of(pid, "task"))) {
      for (Path thread : threads.toList()) {
        try {
          // The fields are the time with a processor, the time of waiting for one, and the number
          // of turns.
          String[] times = Files.readString(thread.resolve("schedstat")).split(" ");
          most = Math.max(most, Long.parseLong(times[1]));
        } catch (IOException e) {
          // The thread has ended before or during the read.
        }
      }
    } catch (NoSuchFileException e) {
      // The whole process has ended, which others notice.
    }
    return most;
  }

  /** Returns the process ids of the first thread's children. */
  public static List<Long> children(long pid) throws IOException {
    String text = Files.readString(of(pid, "task/" + pid + "/children")).strip();
    return text.isEmpty() ? List.of() : Stream.of(text.split(" ")).map(Long::valueOf).toList();
  }

  /**
   * Returns whether a thread is in openat for a path with this beginning. It waits there only if
   * the file is a pipe to which nobody writes.
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
