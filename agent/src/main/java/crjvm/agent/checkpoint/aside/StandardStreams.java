package crjvm.agent.checkpoint.aside;

import crjvm.agent.message.Failure;
import crjvm.agent.message.Messages;
import crjvm.agent.os.Descriptors;
import crjvm.agent.os.Kernel;
import crjvm.agent.os.OpenFile;
import crjvm.agent.os.ProcessFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/**
 * Descriptors 0, 1 and 2 during the dump. Terminals, pipes and files stay where they are: CRIU
 * dumps them (terminals with --shell-job), the image leaves them out, and the application's output
 * goes on without a gap.
 *
 * <p>What makes CRIU give up is set aside: sockets (systemd's journal, node's child processes),
 * whose other end lies outside, and files that this user can't reach by name (opened by root,
 * rotated away, or inherited from another mount namespace, as docker exec does). A keeper process,
 * which is no descendant, holds them during the dump; afterwards they are taken back from it. Their
 * duplicates under other numbers ({@code exec 3>&1}) go with them.
 */
public final class StandardStreams {
  private static final int COUNT = 3;
  private static final int O_CLOEXEC = 02000000;
  private static final int ACCESS_MODE = 3;

  private final Keeper keeper;

  /** Each list: a stream, then its duplicates. */
  private final List<List<Place>> parked = new ArrayList<>();

  /** Whose flags are known before there may be no descriptor left to read them with. */
  private record Place(int fd, int flags) {}

  public StandardStreams(Keeper keeper) {
    this.keeper = keeper;
  }

  /**
   * @throws Failure a file of the JVM's own has the number of a standard stream
   */
  public static void check() throws Failure {
    for (int fd = 0; fd < COUNT; fd++) {
      if (ProcessFiles.descriptor(fd).isPresent() && isOwn(fd)) {
        throw new Failure(
            Messages.FAILED,
            "descriptor "
                + fd
                + " was closed at the start, now it is the JVM's own file \""
                + ProcessFiles.descriptor(fd).orElse("?")
                + "\"",
            "start the application with standard streams, for example </dev/null");
      }
    }
  }

  /** Inherited descriptors are never closed on exec, those that the JVM opens always are. */
  private static boolean isOwn(int fd) {
    try {
      return (ProcessFiles.descriptorFlags(fd) & O_CLOEXEC) != 0;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Whether a descriptor leads to the same place as a standard stream, so that it may lead to the
   * restored process's stream: a duplicate, or the same pipe or terminal opened again, as by {@code
   * /dev/stdout}.
   */
  public static boolean isSame(OpenFile stream, OpenFile file) {
    boolean isSameFile = stream.target().equals(file.target());
    return isSameFile
        && (Descriptors.areDuplicates(stream.number(), file.number())
            || (file.isFifo() && !file.hasPath() || file.isTerminal())
                && (stream.flags() & ACCESS_MODE) == (file.flags() & ACCESS_MODE));
  }

  private static boolean canStay(int fd) {
    String target = ProcessFiles.descriptor(fd).orElse("");
    if (target.startsWith("pipe:")) {
      return true;
    }
    try {
      Object file = fileKey(Path.of("/proc/self/fd/" + fd));
      return target.startsWith("/")
          && file.equals(fileKey(Path.of(target)))
          && ProcessFiles.isOnOwnMount(fd);
    } catch (IOException | InvalidPathException e) {
      return false;
    }
  }

  /** Device and inode. */
  private static Object fileKey(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
  }

  /** Puts /dev/null in the place of what can't stay. */
  public void park(Path folder) throws Failure {
    List<List<Integer>> groups = groups();
    if (groups.isEmpty()) {
      return;
    }
    int first = groups.get(0).get(0);
    try {
      keeper.start(folder, List.of(first));
      for (List<Integer> fds : groups) {
        List<Place> group = places(fds);
        parked.add(group);
        // One for each: CRIU tells duplicates from others by the open file description.
        replace(Kernel.open(Path.of("/dev/null")), group);
      }
    } catch (IOException e) {
      throw new Failure(
          Messages.FAILED,
          "descriptor "
              + first
              + " is \""
              + ProcessFiles.descriptor(first).orElse("?")
              + "\", which CRIU can't dump, and it could not be set aside ("
              + e.getMessage()
              + ")",
          "start the application with its streams on pipes or files, for example 2>&1 | cat",
          e);
    }
  }

  private static List<List<Integer>> groups() {
    List<List<Integer>> groups = new ArrayList<>();
    for (int fd = 0; fd < COUNT; fd++) {
      int stream = fd;
      if (ProcessFiles.descriptor(fd).isPresent()
          && groups.stream().noneMatch(group -> group.contains(stream))
          && !canStay(fd)) {
        groups.add(duplicates(fd));
      }
    }
    return groups;
  }

  private static List<Integer> duplicates(int stream) {
    List<Integer> group = new ArrayList<>(List.of(stream));
    for (int fd : ProcessFiles.descriptors()) {
      if (fd > stream
          && ProcessFiles.descriptor(fd).equals(ProcessFiles.descriptor(stream))
          && Descriptors.areDuplicates(stream, fd)) {
        group.add(fd);
      }
    }
    return group;
  }

  private static List<Place> places(List<Integer> fds) throws IOException {
    List<Place> places = new ArrayList<>();
    for (int fd : fds) {
      places.add(new Place(fd, ProcessFiles.descriptorFlags(fd) & O_CLOEXEC));
    }
    return places;
  }

  /** The new one is closed. */
  private static void replace(int fresh, List<Place> group) throws IOException {
    try {
      for (Place place : group) {
        Kernel.duplicate(fresh, place.fd(), place.flags());
      }
    } finally {
      Kernel.close(fresh);
    }
  }

  /**
   * In the original: puts back what was set aside.
   *
   * @throws IOException not all of it could be; it is worth another try
   */
  public void restore() throws IOException {
    while (!parked.isEmpty()) {
      List<Place> group = parked.get(0);
      replace(keeper.take(group.get(0).fd()), group);
      parked.remove(0);
    }
  }

  /** In the restored process: the streams are the launcher's. */
  public void forget() {
    parked.clear();
  }
}
