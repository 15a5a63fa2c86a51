package crjvm.image.compile.descriptor;

import crjvm.image.CheckpointContext;
import crjvm.image.ImageException;
import crjvm.image.compile.memory.ObjectTable;
import crjvm.image.dump.Dump;
import crjvm.image.dump.FileKind;
import crjvm.image.dump.proto.EventPollTarget;
import crjvm.image.dump.proto.FdInfo;
import crjvm.image.dump.proto.FileEntry;
import crjvm.image.dump.proto.FileLock;
import crjvm.image.dump.proto.InotifyWatch;
import crjvm.image.dump.proto.Memfd;
import crjvm.image.dump.proto.RegularFile;
import crjvm.image.dump.proto.TimerFd;
import crjvm.image.plan.PlanDescriptor;
import crjvm.image.plan.PlanDescriptor.Content;
import crjvm.image.plan.PlanDescriptor.Dup;
import crjvm.image.plan.PlanDescriptor.EventFd;
import crjvm.image.plan.PlanDescriptor.Kind;
import crjvm.image.plan.PlanDescriptor.Pipe;
import crjvm.image.plan.PlanDescriptor.Plain;
import crjvm.image.plan.PlanDescriptor.SignalFd;
import crjvm.image.plan.PlanInotify;
import crjvm.image.plan.PlanLock;
import crjvm.image.plan.PlanWatch;
import crjvm.image.plan.PlanWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Adds the open descriptors that a plan can express. Any other descriptor fails the checkpoint by
 * name.
 */
public final class CompileDescriptorsStep {
  private static final int FIRST_OWN = 3; // 0, 1 and 2 are the launcher's own
  private static final int O_WRONLY = 1;
  private static final int O_APPEND = 02000;
  private static final int O_NONBLOCK = 04000;
  private static final int O_CLOEXEC = 02000000;
  private static final int FD_CLOEXEC = 1;
  private static final int FILE_TYPE = 0170000;
  private static final int F_WRLCK = 1;
  private static final int LOCK_TYPE = 3; // the bits of F_RDLCK, F_WRLCK and F_UNLCK
  private static final long SECOND = 1_000_000_000;

  // CRIU's numbers for kinds of locks, from its file-lock.h. The kernel has others.
  private static final int FL_POSIX = 1;
  private static final int FL_FLOCK = 2;
  private static final int FL_OFD = 4;

  /** The number of bytes that every pipe can hold, whatever the limits are. */
  private static final int MOST_UNREAD = 64 << 10;

  /** The bit of O_TMPFILE alone. The whole flag also contains O_DIRECTORY. */
  private static final int O_TMPFILE = 020000000;

  /**
   * The flags O_APPEND, O_NONBLOCK, O_DSYNC, O_DIRECT, O_DIRECTORY, O_NOATIME, O_SYNC, O_PATH and
   * the access mode, but not O_CREAT and similar ones. On some machines O_DIRECT and O_DIRECTORY
   * have changed places.
   */
  private static final int REOPEN_FLAGS =
      0x3 | 02000 | 04000 | 010000 | 040000 | 0200000 | 01000000 | 04000000 | 010000000;

  private final Dump dump;
  private final CheckpointContext context;
  private final PlanWriter plan;
  private final ObjectTable objects;
  private final SocketCompiler sockets;
  private final StreamTwins streams;
  private final Map<Integer, Integer> firstNumbers = new HashMap<>();
  private final Set<Integer> numbers = new HashSet<>();

  public CompileDescriptorsStep(
      Dump dump, CheckpointContext context, PlanWriter plan, ObjectTable objects)
      throws ImageException {
    this.dump = dump;
    this.context = context;
    this.plan = plan;
    this.objects = objects;
    this.sockets = new SocketCompiler(dump, plan);
    this.streams = new StreamTwins(dump, FIRST_OWN);
  }

  public List<String> listening() {
    return sockets.listening();
  }

  /** Returns the highest descriptor, or 2. */
  public int run() throws IOException, ImageException {
    int highest = FIRST_OWN - 1;
    for (FdInfo descriptor : dump.descriptors()) {
      if (descriptor.getFd() < FIRST_OWN) {
        firstNumbers.putIfAbsent(descriptor.getId(), descriptor.getFd());
      } else if (!context.process().ignoredDescriptors().contains(descriptor.getFd())) {
        compile(descriptor);
        numbers.add(descriptor.getFd());
        highest = Math.max(highest, descriptor.getFd());
      }
    }
    addWatches();
    addLocks();
    return highest;
  }

  private void compile(FdInfo descriptor) throws IOException, ImageException {
    int number = descriptor.getFd();
    int flags = (descriptor.getFlags() & FD_CLOEXEC) != 0 ? O_CLOEXEC : 0;
    Integer first = firstNumbers.putIfAbsent(descriptor.getId(), number);
    if (first == null) {
      first = streams.sameAs(descriptor);
    }
    if (number == context.process().messageDescriptor()) {
      add(number, flags, new Plain(Kind.MESSAGE));
      return;
    }
    if (first != null) {
      add(number, flags, new Dup(first));
      return;
    }
    FileEntry file = dump.file(descriptor.getId());
    switch (FileKind.of(descriptor.getType())) {
      case REGULAR -> addRegular(number, flags, descriptor.getId(), file.getReg());
      case MEMFD -> addMemfd(number, flags, file.getMemfd());
      case PIPE -> addPipe(number, flags, file);
      case EVENTFD ->
          add(
              number,
              flags | nonBlocking(file.getEfd().getFlags()),
              new EventFd(0, file.getEfd().getCounter()));
      case EPOLL -> add(number, flags, new Plain(Kind.EPOLL));
      case TIMERFD -> addTimer(number, flags, file.getTfd());
      case SIGNALFD ->
          add(
              number,
              flags | nonBlocking(file.getSgfd().getFlags()),
              new SignalFd(file.getSgfd().getSigmask()));
      case INOTIFY -> addInotify(number, flags, file);
      case INET_SOCKET -> sockets.addInet(number, flags, file.getIsk());
      case UNIX_SOCKET -> sockets.addUnix(number, flags, descriptor.getId(), file.getUsk());
      default ->
          throw new ImageException(
              "descriptor "
                  + number
                  + " is a "
                  + FileKind.of(descriptor.getType()).title()
                  + ", which can't be in an image; close it before the checkpoint");
    }
  }

  private void add(int number, int flags, Content content) {
    plan.add(new PlanDescriptor(number, flags, content));
  }

  private static int nonBlocking(int fileFlags) {
    return fileFlags & O_NONBLOCK;
  }

  private void addRegular(int number, int flags, int fileId, RegularFile file)
      throws IOException, ImageException {
    int access = file.getFlags() & ObjectTable.ACCESS_MODE;
    int object = objects.ofRegular(fileId, file, access);
    int reopen = file.getFlags() & REOPEN_FLAGS;
    if ((file.getFlags() & O_TMPFILE) != 0) {
      reopen &= ~dump.machine().openDirectory();
    }
    if (isLog(file, access) && objects.isPath(object)) {
      plan.add(PlanDescriptor.log(number, object, flags, reopen, file.getMode()));
    } else {
      plan.add(PlanDescriptor.open(number, object, flags, reopen, file.getPos()));
    }
  }

  /**
   * Returns whether a file is a log. A process that can only write to a file, and whose position is
   * the end of the file, wants to continue at the end.
   */
  private static boolean isLog(RegularFile file, int access) {
    boolean isRegular = file.hasMode() && (file.getMode() & FILE_TYPE) == ObjectTable.REGULAR;
    boolean isAtEnd =
        (file.getFlags() & O_APPEND) != 0 || file.hasSize() && file.getSize() == file.getPos();
    boolean isOfKernel = file.getName().startsWith("/proc/") || file.getName().startsWith("/sys/");
    return isRegular && access == O_WRONLY && isAtEnd && !isOfKernel;
  }

  private void addMemfd(int number, int flags, Memfd file) throws IOException, ImageException {
    int object = objects.ofMemfd(file.getInodeId());
    plan.add(
        PlanDescriptor.open(number, object, flags, file.getFlags() & REOPEN_FLAGS, file.getPos()));
  }

  private void addPipe(int number, int flags, FileEntry file) throws ImageException {
    int pipe = file.getPipe().getPipeId();
    boolean writes = (file.getPipe().getFlags() & O_WRONLY) != 0;
    // The end that comes first creates the pipe, so both ends carry its content.
    byte[] unread = dump.inFlight().ofPipe(pipe);
    if (unread.length > MOST_UNREAD) {
      throw new ImageException(
          "a pipe holds "
              + unread.length
              + " bytes that nobody has read yet; try again when they have been read");
    }
    long capacity = dump.inFlight().capacityOfPipe(pipe);
    add(
        number,
        flags | nonBlocking(file.getPipe().getFlags()),
        new Pipe(pipe, writes, capacity, unread.length == 0 ? null : unread));
  }

  private void addTimer(int number, int flags, TimerFd timer) {
    ByteBuffer words = ByteBuffer.allocate(4 * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    // A timer that has fired and was not read yet fires again at once.
    long left = timer.getTicks() > 0 ? 1 : left(timer);
    words.putLong(left / SECOND).putLong(left % SECOND);
    words.putLong(timer.getIsec()).putLong(timer.getInsec());
    add(
        number,
        flags | nonBlocking(timer.getFlags()),
        new PlanDescriptor.TimerFd(timer.getClockid(), words.array()));
  }

  /**
   * Returns the time that was left at the freeze, when the clock stopped. CRIU has read it a little
   * later.
   */
  private long left(TimerFd timer) {
    long left = timer.getVsec() * SECOND + timer.getVnsec();
    return left == 0 ? 0 : left + dump.clocks().descriptors();
  }

  private void addInotify(int number, int flags, FileEntry file) throws ImageException {
    add(number, flags | nonBlocking(file.getIfy().getFlags()), new Plain(Kind.INOTIFY));
    for (InotifyWatch watch :
        file.getIfy().getWdList().stream().sorted((a, b) -> a.getWd() - b.getWd()).toList()) {
      String path = watch.getFHandle().getPath();
      if (path.isEmpty()) {
        throw new ImageException(
            "descriptor "
                + number
                + " watches a folder (inotify) whose path CRIU did not find; close the WatchService before the checkpoint");
      }
      plan.add(new PlanInotify(number, watch.getWd(), watch.getMask(), path));
    }
  }

  private void addWatches() throws ImageException {
    for (FdInfo descriptor : dump.descriptors()) {
      FileEntry file = dump.file(descriptor.getId());
      if (!file.hasEpfd()
          || firstNumbers.getOrDefault(descriptor.getId(), -1) != descriptor.getFd()) {
        continue;
      }
      for (EventPollTarget target : file.getEpfd().getTfdList()) {
        if (!numbers.contains(target.getTfd())) {
          throw new ImageException(
              "descriptor "
                  + descriptor.getFd()
                  + " is an epoll that watches descriptor "
                  + target.getTfd()
                  + ", which can't be in an image; close it before the checkpoint");
        }
        plan.add(
            new PlanWatch(
                descriptor.getFd(), target.getTfd(), target.getEvents(), target.getData()));
      }
    }
  }

  private void addLocks() throws ImageException {
    for (FileLock lock : dump.locks()) {
      if (!numbers.contains(lock.getFd())) {
        continue;
      }
      PlanLock.Kind kind =
          switch (lock.getFlag()) {
            case FL_POSIX -> PlanLock.Kind.POSIX;
            case FL_FLOCK -> PlanLock.Kind.FLOCK;
            case FL_OFD -> PlanLock.Kind.OFD;
            default ->
                throw new ImageException(
                    "descriptor "
                        + lock.getFd()
                        + " holds a lease, which can't be in an image; release it");
          };
      boolean exclusive = (lock.getType() & LOCK_TYPE) == F_WRLCK;
      plan.add(new PlanLock(lock.getFd(), kind, exclusive, lock.getStart(), lock.getLen()));
    }
  }
}
