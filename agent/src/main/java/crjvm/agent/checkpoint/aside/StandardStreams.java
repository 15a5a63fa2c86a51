package crjvm.agent.checkpoint.aside;

import crjvm.agent.message.Failure;
import crjvm.agent.message.Messages;
import crjvm.agent.os.descriptor.Descriptors;
import crjvm.agent.os.jna.Kernel;
import crjvm.agent.os.process.OpenFile;
import crjvm.agent.os.process.ProcessFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/**
 * Descriptors 0, 1 and 2 during the dump. Terminals, pipes and files stay in their places. CRIU
 * dumps them (terminals with --shell-job), the image leaves them out, and the application's output
 * continues without a gap.
 *
 * <p>Streams that CRIU can't dump are set aside. These are sockets (of systemd's journal or of
 * node's child processes), whose other end is outside, and files that this user can't reach by name
 * (because root opened them, they were rotated away, or they were inherited from another mount
 * namespace, as docker exec does). During the dump a keeper process, which is not a descendant,
 * holds them. Afterwards they are taken back from it. Duplicates with other numbers ({@code exec
 * 3>&1}) are treated the same way.
 */
public final class StandardStreams {
  private static final int COUNT = 3;
  private static final int O_CLOEXEC = 02000000;
  private static final int ACCESS_MODE = 3;

  private final Keeper keeper;

  /** The streams that were set aside. Each list has a stream and then its duplicates. */
  private final List<List<Place>> parked = new ArrayList<>();

  /**
   * A descriptor and its flags. The flags are read early, because later there may be no free
   * descriptor to read them with.
   */
  private record Place(int fd, int flags) {}

  public StandardStreams(Keeper keeper) {
    this.keeper = keeper;
  }

  /**
   * @throws Failure a file that the JVM has opened has the number of a standard stream
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

  /**
   * Returns whether the JVM has opened the descriptor. Inherited descriptors are never closed on
   * exec, and the JVM's own always are.
   */
  private static boolean isOwn(int fd) {
    try {
      return (ProcessFiles.descriptorFlags(fd) & O_CLOEXEC) != 0;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Returns whether the file leads to the same place as a standard stream, so that it may lead to
   * the stream of the restored process. Such a file is a duplicate of the stream, or the same pipe
   * or terminal, opened again as {@code /dev/stdout}.
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

  /** Returns device and inode. */
  private static Object fileKey(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
  }

  /** Replaces the streams that can't stay by /dev/null. */
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
        // Each group gets its own file, because CRIU recognises duplicates by the open file
        // description.
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

  /** Puts the new descriptor in all places of the group and closes it. */
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
   * Puts back the streams that were set aside, in the original process.
   *
   * @throws IOException not all of them could be put back; another try may succeed
   */
  public void restore() throws IOException {
    while (!parked.isEmpty()) {
      List<Place> group = parked.get(0);
      replace(keeper.take(group.get(0).fd()), group);
      parked.remove(0);
    }
  }

  /** Forgets the streams in the restored process, which has the launcher's. */
  public void forget() {
    parked.clear();
  }
}
