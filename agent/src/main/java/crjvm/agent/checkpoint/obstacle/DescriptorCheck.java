package crjvm.agent.checkpoint.obstacle;

import crjvm.agent.checkpoint.aside.StandardStreams;
import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import crjvm.agent.message.Messages;
import crjvm.agent.os.descriptor.Descriptors;
import crjvm.agent.os.jna.Kernel;
import crjvm.agent.os.process.OpenFile;
import crjvm.agent.os.process.ProcessFiles;
import crjvm.agent.policy.Action;
import crjvm.agent.policy.Policies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A check of the open descriptors before the dump. It reports a file that no image can hold with
 * its name, instead of letting CRIU fail on it.
 */
public final class DescriptorCheck {
  private static final int FIRST_OWN = 3;
  private static final int O_WRONLY = 1;
  private static final int O_PATH = 010000000;
  private static final int KEPT_FLAGS = 3 | 02000000; // access mode, O_CLOEXEC
  private static final int MEMORY_DEVICES = 1;

  /** /dev/null, zero, full, random and urandom have no state and are the same everywhere. */
  private static final Set<Integer> HARMLESS = Set.of(3, 5, 7, 8, 9);

  /** Nameless files of the kernel that an image can hold. */
  private static final Set<String> CARRIED =
      Set.of(
          "anon_inode:[eventfd]",
          "anon_inode:[eventpoll]",
          "anon_inode:[signalfd]",
          "anon_inode:[timerfd]",
          "anon_inode:inotify");

  /** The common names of nameless files that an image can't hold. */
  private static final Map<String, String> NAMES =
      Map.of(
          "anon_inode:[io_uring]", "an io_uring",
          "anon_inode:[perf_event]", "a performance counter (perf_event_open)",
          "anon_inode:[userfaultfd]", "a userfaultfd",
          "anon_inode:[fanotify]", "a fanotify group",
          "anon_inode:[pidfd]", "a handle of a process (pidfd)");

  private static final Set<String> TIMES_OF_DAY = Set.of("0", "8"); // CLOCK_REALTIME and its alarm

  private final List<OpenFile> files;
  private final Set<String> mounts;
  private final SocketCheck sockets;
  private final List<String> refused = new ArrayList<>();
  private final List<String> inherited = new ArrayList<>();

  private final Policies policies;
  private final List<Path> own;
  private final List<OpenFile> closed = new ArrayList<>();

  private DescriptorCheck(Policies policies, List<Path> own) throws IOException {
    this.policies = policies;
    this.own = own;
    files = OpenFile.all();
    mounts = ProcessFiles.mounts();
    sockets = new SocketCheck(files);
  }

  /**
   * Checks all descriptors.
   *
   * @param own files and folders that policies do not apply to
   * @return the descriptors that the policies close
   * @throws Failure a file is open that no image can hold or that the policies forbid
   */
  public static List<OpenFile> check(Policies policies, List<Path> own) throws Failure {
    try {
      DescriptorCheck check = new DescriptorCheck(policies, own);
      check.run();
      return check.closed;
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /**
   * Prints the descriptors that the policies close, and the effect on pipes.
   *
   * @param obstacles receives the failure that {@link #check} would throw, and all others
   */
  public static void list(Policies policies, List<Path> own, Consumer<Failure> obstacles)
      throws Failure {
    try {
      DescriptorCheck check = new DescriptorCheck(policies, own);
      for (OpenFile file : check.examined()) {
        try {
          check.examine(file);
        } catch (Failure failure) {
          obstacles.accept(failure);
        }
      }
      for (OpenFile file : check.closed) {
        Console.say(
            "descriptor "
                + file.number()
                + " is "
                + quoted(file)
                + ", which the policies close; restored processes don't have it");
      }
      check.refuse();
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private static Failure unreadable(IOException e) {
    return new Failure(
        Messages.FAILED,
        "the open descriptors could not be read (" + e.getMessage() + ")",
        "see that /proc is mounted",
        e);
  }

  private void run() throws IOException, Failure {
    for (OpenFile file : examined()) {
      examine(file);
    }
    refuse();
  }

  private List<OpenFile> examined() {
    return files.stream().filter(file -> file.number() >= FIRST_OWN && !isStream(file)).toList();
  }

  private void refuse() throws Failure {
    if (refused.isEmpty()) {
      return;
    }
    String all = String.join(", ", refused);
    if (inherited.isEmpty()) {
      throw new Failure(
          Messages.FAILED,
          "descriptor " + all + ", which can't be in an image",
          "close it before the checkpoint");
    }
    throw new Failure(
        Messages.FAILED,
        "descriptor " + all + ", which can't be in an image",
        "close it at the start (" + String.join(" ", inherited) + ")");
  }

  private void examine(OpenFile file) throws IOException, Failure {
    Action action = action(file);
    if (action == Action.ERROR) {
      throw new Failure(
          Messages.FAILED,
          "descriptor " + file.number() + " is " + quoted(file) + ", which the policies forbid",
          "close it before the checkpoint");
    } else if (action == Action.CLOSE) {
      checkUnwatched(file);
      closed.add(file);
      return;
    }
    String obstacle = obstacle(file);
    if (obstacle != null && file.isStillOpen()) { // Servers close connections at any time.
      refused.add(file.number() + " is " + obstacle);
      if (file.isInherited()) {
        inherited.add(file.number() + ">&-");
      }
    }
  }

  private Action action(OpenFile file) {
    boolean isOwn =
        file.hasPath() && own.stream().anyMatch(path -> Path.of(file.target()).startsWith(path));
    boolean isInside = file.isFifo() && !file.hasPath() && hasOtherEnd(file);
    boolean isConnection = file.isSocket() && Descriptors.peerAddress(file.number()).isPresent();
    Action action = isOwn || isInside ? Action.KEEP : policies.of(file);
    // A connection is broken in restored processes anyway, and may stay in a selector.
    return action == Action.CLOSE && isConnection && sockets.obstacle(file) == null
        ? Action.KEEP
        : action;
  }

  /**
   * Checks that no epoll watches the descriptor, because CRIU can't dump an epoll that watches a
   * missing file.
   */
  private void checkUnwatched(OpenFile file) throws Failure {
    for (OpenFile other : files) {
      if (watched(other).contains(file.number())) {
        throw new Failure(
            Messages.FAILED,
            "descriptor "
                + file.number()
                + " is "
                + quoted(file)
                + ", which the policies close, and the selector of descriptor "
                + other.number()
                + " watches it",
            "close it in a beforeCheckpoint callback, or leave it to crjvm");
      }
    }
  }

  /**
   * Returns whether the file duplicates a standard stream, or is the same pipe or terminal, opened
   * again.
   */
  private boolean isStream(OpenFile file) {
    return files.stream()
        .filter(stream -> stream.number() < FIRST_OWN)
        .anyMatch(stream -> StandardStreams.isSame(stream, file));
  }

  /** Returns a description of the file if an image can't hold it, or null. */
  private String obstacle(OpenFile file) throws IOException {
    if (file.isSocket()) {
      return sockets.obstacle(file);
    } else if (file.isFifo()) {
      return file.hasPath() ? "the named pipe " + quoted(file) : pipeObstacle(file);
    } else if (Descriptors.sendsSignals(file.number())) {
      return quoted(file) + " that sends signals when it is ready (F_SETOWN)";
    } else if (!file.hasPath()) {
      return kernelObstacle(file);
    } else if (file.isCharacterDevice() || file.isBlockDevice()) {
      return deviceObstacle(file);
    }
    return fileObstacle(file);
  }

  private static String quoted(OpenFile file) {
    return "\"" + file.target() + "\"";
  }

  private String pipeObstacle(OpenFile file) {
    if (Descriptors.sendsSignals(file.number())) {
      return "a pipe that sends signals when it is ready (F_SETOWN)";
    }
    if (!hasOtherEnd(file) && !Descriptors.isBroken(file.number())) {
      // Supervisors and CI runners pass such pipes to the processes that they start. As with
      // connections, the descriptor stays but nobody is at the other end.
      Console.say(
          "descriptor "
              + file.number()
              + " is a pipe to another process; restored processes find its other end closed");
    }
    return null;
  }

  private boolean hasOtherEnd(OpenFile pipe) {
    int end = pipe.flags() & O_WRONLY;
    return files.stream()
        .anyMatch(
            other ->
                other.target().equals(pipe.target())
                    && ((other.flags() & O_WRONLY) != end || (other.flags() & 2) != 0));
  }

  private String kernelObstacle(OpenFile file) {
    if (!CARRIED.contains(file.target())) {
      return NAMES.getOrDefault(file.target(), quoted(file));
    }
    if (file.value("eventfd-semaphore").orElse("0").equals("1")) {
      return "an eventfd that counts as a semaphore";
    }
    if (file.value("clockid").filter(TIMES_OF_DAY::contains).isPresent()
        && file.value("settime flags").orElse("00").endsWith("1")) {
      return "a timerfd for a time of day";
    }
    return pollObstacle(file);
  }

  private String pollObstacle(OpenFile file) {
    for (int watched : watched(file)) {
      if (watched < FIRST_OWN) {
        return "an epoll that watches the standard stream " + watched;
      }
      if (files.stream().noneMatch(other -> other.number() == watched)) {
        return "an epoll that watches a file whose descriptor " + watched + " was closed";
      }
    }
    return null;
  }

  /** Returns the descriptors that an epoll watches. For other files the list is empty. */
  private static List<Integer> watched(OpenFile file) {
    return file.info().stream()
        .filter(line -> line.startsWith("tfd:"))
        .map(line -> Integer.parseInt(line.substring(4).strip().split(" ", 2)[0]))
        .toList();
  }

  private String deviceObstacle(OpenFile file) throws IOException {
    boolean isHarmless =
        file.isCharacterDevice()
            && file.major() == MEMORY_DEVICES
            && HARMLESS.contains(file.minor());
    if (!isHarmless) {
      return file.isTerminal() ? "the terminal " + quoted(file) : "the device " + quoted(file);
    }
    if (!isOnOwnMount(file)) {
      // This process can open the same device through its own mounts, where CRIU finds its name.
      Kernel.reopen(file.number(), Path.of(file.target()), file.flags() & KEPT_FLAGS);
    }
    return null;
  }

  private boolean isOnOwnMount(OpenFile file) {
    return file.value("mnt_id").filter(mounts::contains).isPresent();
  }

  private String fileObstacle(OpenFile file) {
    if (Descriptors.holdsLease(file.number())) {
      return "the file " + quoted(file) + " with a lease";
    } else if (isMemory(file)) {
      return null;
    } else if (!isOnOwnMount(file)) {
      return "the file " + quoted(file) + " of another mount namespace";
    } else if (file.target().startsWith("/proc/")) {
      return processObstacle(file);
    } else if (file.links() == 0 && file.isFolder()) {
      return "the deleted folder " + quoted(file);
    } else if (file.links() > 0 && !file.isReachable()) {
      return "the file " + quoted(file) + " (deleted while it has other names, or out of reach)";
    }
    return file.links() == 0 || canOpen(file)
        ? null
        : "the file " + quoted(file) + " (which this user may not open)";
  }

  /**
   * Returns whether this user can open the file. Another user may have opened it and passed it on.
   */
  private static boolean canOpen(OpenFile file) {
    Path path = Path.of(file.target());
    boolean writes = (file.flags() & 3) != 0;
    boolean reads = (file.flags() & O_WRONLY) == 0;
    return (file.flags() & O_PATH) != 0
        || (!reads || Files.isReadable(path)) && (!writes || Files.isWritable(path));
  }

  /** Returns whether the file is in memory, so that its name leads to no file. */
  private static boolean isMemory(OpenFile file) {
    return file.target().startsWith("/memfd:");
  }

  /**
   * Returns a description of a file of another process or of a thread, or null. Their ids are
   * different after a restore.
   */
  private static String processObstacle(OpenFile file) {
    String[] parts = file.target().split("/", 5);
    boolean isProcess = parts[2].chars().allMatch(Character::isDigit);
    boolean isOther = isProcess && !parts[2].equals(Long.toString(ProcessHandle.current().pid()));
    boolean isThread = isProcess && parts.length == 5 && parts[3].equals("task");
    return isOther || isThread ? "the file " + quoted(file) + " of a process or thread" : null;
  }
}
