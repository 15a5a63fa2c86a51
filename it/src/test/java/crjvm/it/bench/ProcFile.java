package crjvm.it.bench;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
    return List.copyOf(targets(pid).values());
  }

  /** Returns the target of each descriptor of the process by its number. */
  public static Map<Integer, String> targets(long pid) throws IOException {
    Map<Integer, String> targets = new TreeMap<>();
    try (Stream<Path> files = Files.list(of(pid, "fd"))) {
      for (Path file : files.toList()) {
        try {
          int number = Integer.parseInt(file.getFileName().toString());
          targets.put(number, Files.readSymbolicLink(file).toString());
        } catch (NoSuchFileException e) {
          // The descriptor was closed meanwhile.
        }
      }
    }
    return targets;
  }

  /**
   * Returns the texts of a file of each thread, without the threads that end meanwhile. There are
   * none if the process has ended.
   */
  public static List<String> ofThreads(long pid, String name) throws IOException {
    List<String> texts = new ArrayList<>();
    for (Path thread : threads(pid)) {
      try {
        texts.add(Files.readString(thread.resolve(name)));
      } catch (IOException e) {
        // The read fails with ESRCH where the thread has ended since the file was opened.
        if (Files.exists(thread)) {
          throw e;
        }
      }
    }
    return texts;
  }

  private static List<Path> threads(long pid) throws IOException {
    try (Stream<Path> threads = Files.list(of(pid, "task"))) {
      return threads.toList();
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (UncheckedIOException e) {
      if (Files.exists(of(pid, ""))) {
        throw e.getCause();
      }
      return List.of();
    }
  }

  /** Returns the names of the threads, as the kernel has them. */
  public static List<String> threadNames(long pid) throws IOException {
    return ofThreads(pid, "comm").stream().map(String::strip).toList();
  }

  /**
   * Returns the fields of stat from the third one, the state, on.
   *
   * @throws NoSuchFileException the process has ended
   */
  public static String[] stat(long pid) throws IOException {
    Path file = of(pid, "stat");
    String line;
    try {
      line = Files.readString(file);
    } catch (IOException e) {
      // The read fails with ESRCH where the process has ended since the file was opened.
      throw Files.exists(file) ? e : new NoSuchFileException(file.toString());
    }
    return line.substring(line.lastIndexOf(')') + 2).strip().split(" ");
  }

  /**
   * Returns how many nanoseconds a thread has waited for a processor: the longest of all threads.
   * It is the time that a busy machine costs the process.
   */
  public static long waitedForProcessor(long pid) throws IOException {
    // The fields are the time with a processor, the time of waiting for one, and the number of
    // turns.
    return ofThreads(pid, "schedstat").stream()
        .mapToLong(times -> Long.parseLong(times.split(" ")[1]))
        .max()
        .orElse(0);
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
    try (RandomAccessFile memory = new RandomAccessFile(of(pid, "mem").toFile(), "r")) {
      for (String text : ofThreads(pid, "syscall")) {
        String[] call = text.split(" ");
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
