package crjvm.agent.os.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The files in /proc that describe this process. */
public final class ProcessFiles {
  private static final Path SELF = Path.of("/proc/self");

  private ProcessFiles() {}

  /** Returns the value of a line {@code name: value} of /proc/self/status. */
  public static Optional<String> status(String name) throws IOException {
    for (String line : lines(SELF.resolve("status"))) {
      if (line.startsWith(name + ":")) {
        return Optional.of(line.substring(name.length() + 1).strip());
      }
    }
    return Optional.empty();
  }

  /** Returns whether the calling thread has a seccomp filter. */
  public static boolean isThreadFiltered() throws IOException {
    return isFiltered(lines(Path.of("/proc/thread-self/status")));
  }

  /** Returns whether any thread of this process has a seccomp filter. */
  public static boolean isAnyThreadFiltered() throws IOException {
    return threadStatuses().stream().anyMatch(ProcessFiles::isFiltered);
  }

  private static boolean isFiltered(List<String> status) {
    return status.contains("Seccomp:\t2");
  }

  /**
   * Returns the lines of the file {@code status} of each of this process's threads, except for
   * threads that end meanwhile.
   */
  public static List<List<String>> threadStatuses() throws IOException {
    List<List<String>> all = new ArrayList<>();
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(SELF.resolve("task"))) {
      for (Path thread : threads) {
        try {
          all.add(lines(thread.resolve("status")));
        } catch (IOException e) {
          // A read fails with ESRCH where the thread has ended since the file was opened.
          if (Files.exists(thread)) {
            throw e;
          }
        }
      }
    }
    return all;
  }

  /** Returns the lines of /proc/self/maps. */
  public static List<String> maps() throws IOException {
    return lines(SELF.resolve("maps"));
  }

  /**
   * Returns the lines of a file. Bytes that are not valid text, as in file names, become
   * replacement characters.
   */
  public static List<String> lines(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines().toList();
  }

  /**
   * Returns the arguments with which this process was started.
   *
   * @throws CharacterCodingException they are not UTF-8 text
   */
  public static List<String> utf8CommandLine() throws IOException {
    byte[] bytes = Files.readAllBytes(SELF.resolve("cmdline"));
    return words(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
  }

  /** Returns the arguments as the JVM reads them. Bytes that its locale does not have are lost. */
  public static List<String> commandLine() throws IOException {
    return words(new String(Files.readAllBytes(SELF.resolve("cmdline")), NativeEncoding.CHARSET));
  }

  private static List<String> words(String text) {
    return List.of(text.substring(0, text.length() - 1).split("\0", -1));
  }

  /** Returns the NUL-terminated words of a file such as {@code cmdline}, without the NUL bytes. */
  public static List<byte[]> rawWords(String file) throws IOException {
    byte[] all = Files.readAllBytes(SELF.resolve(file));
    List<byte[]> words = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < all.length; i++) {
      if (all[i] == 0) {
        words.add(Arrays.copyOfRange(all, start, i));
        start = i + 1;
      }
    }
    return words;
  }

  /**
   * Returns the address at which a library is loaded.
   *
   * @throws IOException the library is not loaded
   */
  public static long baseOf(Path library) throws IOException {
    Path real = library.toRealPath();
    for (String line : maps()) {
      if (line.endsWith(" " + real)) {
        return Long.parseUnsignedLong(line.substring(0, line.indexOf('-')), 16);
      }
    }
    throw new IOException("it is not loaded");
  }

  /** Returns the signals that this process's first thread blocks, as a set of bits. */
  public static long signalMask() throws IOException {
    Path status = SELF.resolve("task/" + ProcessHandle.current().pid() + "/status");
    for (String line : lines(status)) {
      if (line.startsWith("SigBlk:")) {
        return Long.parseUnsignedLong(line.substring("SigBlk:".length()).strip(), 16);
      }
    }
    throw new IOException("\"" + status + "\" has no SigBlk");
  }

  /** Returns the program that this process runs. */
  public static Path executable() throws IOException {
    return Files.readSymbolicLink(SELF.resolve("exe"));
  }

  /**
   * Returns the file that a descriptor refers to, such as {@code pipe:[123]}, or nothing if the
   * descriptor is closed.
   */
  public static Optional<String> descriptor(int fd) {
    try {
      return Optional.of(Files.readSymbolicLink(SELF.resolve("fd/" + fd)).toString());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Returns the numbers of all open descriptors in ascending order. */
  public static List<Integer> descriptors() {
    String[] names = SELF.resolve("fd").toFile().list();
    return names == null
        ? List.of()
        : Stream.of(names).map(Integer::valueOf).sorted().filter(ProcessFiles::isOpen).toList();
  }

  private static boolean isOpen(int fd) {
    return descriptor(fd).isPresent();
  }

  /** Returns the flags of an open descriptor, as in open(2). */
  public static int descriptorFlags(int fd) throws IOException {
    return Integer.parseInt(descriptorInfo(fd, "flags"), 8);
  }

  /**
   * Returns whether a descriptor's file was opened through a mount of this process's mount
   * namespace.
   */
  public static boolean isOnOwnMount(int fd) throws IOException {
    String prefix = descriptorInfo(fd, "mnt_id") + " ";
    return mountLines().stream().anyMatch(line -> line.startsWith(prefix));
  }

  /** Returns the numbers of the mounts in this process's mount namespace. */
  public static Set<String> mounts() throws IOException {
    Set<String> numbers = new HashSet<>();
    for (String line : mountLines()) {
      numbers.add(line.substring(0, line.indexOf(' ')));
    }
    return numbers;
  }

  /** Returns the lines of /proc/self/mountinfo. */
  public static List<String> mountLines() throws IOException {
    return lines(SELF.resolve("mountinfo"));
  }

  /**
   * Returns whether there are timers of timer_create. Kernels without checkpoint support do not
   * list them.
   */
  public static boolean hasTimers() throws IOException {
    Path timers = SELF.resolve("timers");
    return Files.exists(timers) && !lines(timers).isEmpty();
  }

  private static String descriptorInfo(int fd, String name) throws IOException {
    for (String line : lines(SELF.resolve("fdinfo/" + fd))) {
      if (line.startsWith(name + ":")) {
        return line.substring(name.length() + 1).strip();
      }
    }
    throw new IOException("descriptor " + fd + " has no \"" + name + "\" in /proc");
  }

  /** Returns the inode numbers of this process's sockets. */
  public static Set<String> sockets() throws IOException {
    Set<String> inodes = new HashSet<>();
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(SELF.resolve("fd"))) {
      for (Path descriptor : descriptors) {
        addSocket(descriptor, inodes);
      }
    }
    return inodes;
  }

  private static void addSocket(Path descriptor, Set<String> inodes) {
    try {
      String target = Files.readSymbolicLink(descriptor).toString();
      if (target.startsWith("socket:[")) {
        inodes.add(target.substring("socket:[".length(), target.length() - 1));
      }
    } catch (IOException e) {
      // It was closed in the meantime.
    }
  }
}
