package crjvm.agent.os.jna;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import crjvm.agent.os.arch.SystemCall;
import crjvm.agent.os.process.NativeEncoding;
import crjvm.agent.os.process.ProcessFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** System calls for which the JDK has no method. Loading this class loads JNA. */
public final class Kernel {
  /**
   * The lowest number of the agent's descriptors, because 0, 1 and 2 are the launcher's after a
   * restore.
   */
  private static final int FIRST_DESCRIPTOR = 3;

  private static final int F_SETFD = 2;
  private static final int FD_CLOEXEC = 1;
  private static final int F_DUPFD_CLOEXEC = 1030;
  private static final int O_RDWR = 2;
  private static final int O_CREAT = 0100;
  private static final int O_EXCL = 0200;
  private static final int O_NOCTTY = 0400;
  private static final int O_NONBLOCK = 04000;
  private static final int O_CLOEXEC = 02000000;
  private static final int LOCK_EXCLUSIVE_NOW = 6;
  private static final int PROT_READ_WRITE = 3;
  private static final int MAP_SHARED_FIXED = 0x11;
  private static final int MAP_SHARED_ANONYMOUS = 0x21;
  private static final int MAP_PRIVATE_ANONYMOUS = 0x22;
  private static final long MREMAP_MAYMOVE_FIXED = 3;
  private static final long PAGE = 4096;
  private static final int PR_GET_DUMPABLE = 3;
  private static final int PR_PAC_GET_ENABLED_KEYS = 61;
  private static final int PR_SET_PTRACER = 0x59616d61;
  private static final long PR_SET_PTRACER_ANY = -1;
  private static final int MFD_CLOEXEC = 1;
  private static final int SIG_IGN = 1;
  private static final NativeBuffer DEFAULT_ACTION;
  private static final NativeBuffer IGNORING_ACTION;
  private static final int AT_FDCWD = -100;
  private static final int RENAME_EXCHANGE = 2;
  private static final int EINTR = 4;
  private static final int EAGAIN = 11;
  private static final int MS_SYNC = 4;
  private static final int SIGKILL = 9;
  private static final int PATH_MAX = 4096;
  private static final NativeBuffer PATH;
  private static final int SIG_SETMASK = 2;
  private static final int SIGNAL_SET = 128; // glibc's sigset_t

  static {
    Jna.register(LibC.class);
    PATH = new NativeBuffer(PATH_MAX); // JNA must be loaded by Jna, not by itself
    DEFAULT_ACTION = action(0);
    IGNORING_ACTION = action(SIG_IGN);
  }

  private Kernel() {}

  /** Returns a struct sigaction in the kernel's layout: handler, flags, restorer, mask. */
  private static NativeBuffer action(int handler) {
    NativeBuffer action = new NativeBuffer(4 * Long.BYTES);
    byte[] bytes = new byte[4 * Long.BYTES];
    bytes[0] = (byte) handler;
    action.put(bytes);
    return action;
  }

  /**
   * Deletes a timer, and sets the default action for its signal. A signal that it has already sent
   * is lost.
   */
  public static void deleteTimer(int timer, int signal) {
    LibC.syscall(
        SystemCall.RT_SIGACTION.number(), signal, IGNORING_ACTION.address(), 0, Long.BYTES, 0);
    LibC.syscall(SystemCall.TIMER_DELETE.number(), timer, 0, 0, 0, 0);
    LibC.syscall(
        SystemCall.RT_SIGACTION.number(), signal, DEFAULT_ACTION.address(), 0, Long.BYTES, 0);
  }

  /** Makes the C library read TZ again. */
  public static void readTimeZone() {
    LibC.tzset();
  }

  /** Makes sure that the functions are bound. */
  public static void load() {
    // The static initialiser does it.
  }

  /**
   * Returns the read end and the write end of a pipe. Their numbers are 3 or higher, and they are
   * closed on exec.
   */
  public static int[] pipe() throws IOException {
    int[] ends = new int[2];
    check("pipe2", LibC.pipe2(ends, O_CLOEXEC));
    for (int i = 0; i < ends.length; i++) {
      if (ends[i] < FIRST_DESCRIPTOR) {
        int moved = LibC.fcntl(ends[i], F_DUPFD_CLOEXEC, FIRST_DESCRIPTOR);
        LibC.close(ends[i]);
        ends[i] = check("fcntl", moved);
      }
    }
    return ends;
  }

  public static void close(int fd) {
    LibC.close(fd);
  }

  /** Reads up to the length of the buffer, and returns 0 at the end. It continues after signals. */
  public static int read(int fd, byte[] buffer) throws IOException {
    while (true) {
      long count = LibC.read(fd, buffer, buffer.length);
      if (count >= 0) {
        return (int) count;
      } else if (!wasInterrupted()) {
        throw error("read");
      }
    }
  }

  /** Reads into memory outside of the heap. Only the pages that the data needs are touched. */
  public static int read(int fd, NativeBuffer buffer) throws IOException {
    while (true) {
      long count = LibC.read(fd, buffer.address(), buffer.size());
      if (count >= 0) {
        return (int) count;
      } else if (!wasInterrupted()) {
        throw error("read");
      }
    }
  }

  /** Returns whether a signal has interrupted the last call. */
  public static boolean wasInterrupted() {
    return Native.getLastError() == EINTR;
  }

  /**
   * Replaces an open file by another one.
   *
   * @param flags O_CLOEXEC or 0
   */
  public static void duplicate(int from, int to, int flags) throws IOException {
    check("dup3", LibC.dup3(from, to, flags));
  }

  /** Opens a file by its name in place of a descriptor. The flags are those of open(2). */
  public static void reopen(int fd, Path file, int flags) throws IOException {
    int fresh = check("open", LibC.open(name(file), flags, 0));
    try {
      duplicate(fresh, fd, flags & O_CLOEXEC);
    } finally {
      LibC.close(fresh);
    }
  }

  /** Opens a file for reading and writing. The descriptor is closed on exec. */
  public static int open(Path file) throws IOException {
    return check("open", LibC.open(name(file), O_RDWR | O_CLOEXEC, 0));
  }

  /**
   * Opens a file or folder for reading. The descriptor's number is 3 or higher, and it is closed on
   * exec.
   */
  public static int openForReading(Path file) throws IOException {
    int fd = check("open", LibC.open(name(file), O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0));
    if (fd >= FIRST_DESCRIPTOR) {
      return fd;
    }
    int moved = LibC.fcntl(fd, F_DUPFD_CLOEXEC, FIRST_DESCRIPTOR);
    LibC.close(fd);
    return check("fcntl", moved);
  }

  /** Makes a new file for reading and writing that only its owner may access. */
  public static int create(Path file) throws IOException {
    return check("open", LibC.open(name(file), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  }

  /**
   * Returns a descriptor of a file in memory with these contents, which is at the file's beginning.
   */
  public static int memory(byte[] contents) throws IOException {
    byte[] name = name("crjvm-message");
    int file =
        checkLong(
            "memfd_create", LibC.syscall(SystemCall.MEMFD_CREATE.number(), name, MFD_CLOEXEC, 0));
    try (NativeBuffer buffer = new NativeBuffer(Math.max(contents.length, 1))) {
      buffer.put(contents);
      write(file, buffer.address(), contents.length);
      return check("open", LibC.open(name("/proc/self/fd/" + file), O_CLOEXEC, 0));
    } finally {
      LibC.close(file);
    }
  }

  /** Locks a whole file for the open file and all of its mappings, as flock(2) does. */
  public static void lock(int fd) throws IOException {
    check("flock", LibC.flock(fd, LOCK_EXCLUSIVE_NOW));
  }

  /**
   * Locks a file like {@link #lock}, unless another process has locked it.
   *
   * @return false if another process has locked it
   * @throws IOException the file can't be locked
   */
  public static boolean tryLock(int fd) throws IOException {
    if (LibC.flock(fd, LOCK_EXCLUSIVE_NOW) == 0) {
      return true;
    } else if (Native.getLastError() == EAGAIN) {
      return false;
    }
    throw error("flock");
  }

  /**
   * Writes the stores into a shared mapping back to the file, which also updates the file's time.
   */
  public static void flush(long address, long size) throws IOException {
    check("msync", LibC.msync(address, size, MS_SYNC));
  }

  /** Writes memory to a file. */
  public static void write(int fd, long address, long size) throws IOException {
    if (LibC.write(fd, address, size) != size) {
      throw error("write");
    }
  }

  /** Maps a file shared in place of the present mapping. */
  public static void mapShared(int fd, long address, long size) throws IOException {
    if (LibC.mmap(address, size, PROT_READ_WRITE, MAP_SHARED_FIXED, fd, 0) != address) {
      throw error("mmap");
    }
  }

  /**
   * Replaces a mapping by the process's own memory with the same contents. Other threads may use it
   * meanwhile, but a store at that very moment can be lost.
   *
   * @param protection the present protection, as in mmap(2)
   */
  public static void replaceByCopy(long address, long size, int protection, boolean shared)
      throws IOException {
    int flags = shared ? MAP_SHARED_ANONYMOUS : MAP_PRIVATE_ANONYMOUS;
    long copy = LibC.mmap(0, size, PROT_READ_WRITE, flags, -1, 0);
    if (copy == -1) {
      throw error("mmap");
    }
    copyMemory(address, copy, size);
    if (LibC.mprotect(copy, size, protection) != 0
        || LibC.mremap(copy, size, size, MREMAP_MAYMOVE_FIXED, address) != address) {
      IOException failure = error("mremap");
      LibC.munmap(copy, size);
      throw failure;
    }
  }

  /**
   * Copies memory through a file, because pages beyond the end of a mapped file then cause errors
   * instead of signals.
   */
  private static void copyMemory(long from, long to, long size) throws IOException {
    int memory = check("open", LibC.open(name("/proc/self/mem"), O_CLOEXEC, 0));
    for (long done = 0; done < size; ) {
      long count = LibC.pread(memory, to + done, size - done, from + done);
      done = count > 0 ? done + count : (done | PAGE - 1) + 1;
    }
    LibC.close(memory);
  }

  /** Returns whether root of this process's user namespace is not root of the machine. */
  public static boolean isInUserNamespace() throws IOException {
    return !ProcessFiles.lines(Path.of("/proc/self/uid_map"))
        .get(0)
        .strip()
        .matches("0 +0 +4294967295");
  }

  public static boolean isDumpable() {
    return LibC.prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 1;
  }

  /**
   * Allows or forbids tracing. With Yama's scope 1 only ancestors may trace a process, unless the
   * process allows others.
   */
  public static void allowTracing(boolean allowed) {
    LibC.prctl(PR_SET_PTRACER, allowed ? PR_SET_PTRACER_ANY : 0, 0, 0, 0);
  }

  /**
   * Returns the keys with which the process signs pointers, as bits. It is negative on processors
   * and kernels without such keys.
   */
  public static int enabledPointerKeys() {
    return LibC.prctl(PR_PAC_GET_ENABLED_KEYS, 0, 0, 0, 0);
  }

  /** Returns whether the leader of this process's session is outside of its PID namespace. */
  public static boolean isSessionForeign() {
    return LibC.getsid(0) == 0;
  }

  /**
   * Makes this process the leader of its own session, without a terminal.
   *
   * @return false if the process leads a process group, which makes that impossible
   */
  public static boolean beginSession() {
    return LibC.setsid() > 0;
  }

  public static int processId() {
    return LibC.getpid();
  }

  public static int userId() {
    return LibC.getuid();
  }

  public static boolean hasExtendedAttribute(Path file, String attribute) {
    return LibC.getxattr(name(file), name(attribute), new byte[64], 64) >= 0;
  }

  /**
   * Fills a buffer of at most a page with the kernel's random bytes. The C library's function may
   * keep a state in this process's memory, so it is not used.
   */
  public static void random(byte[] buffer) throws IOException {
    long count = LibC.syscall(SystemCall.GETRANDOM.number(), buffer, buffer.length, 0);
    if (count != buffer.length) {
      throw count < 0 ? error("getrandom") : new IOException("getrandom: " + count + " bytes only");
    }
  }

  /** Returns free memory of the C library's heap to the system. */
  public static void trimHeap() {
    LibC.malloc_trim(0);
  }

  /**
   * Returns the kernel's working directory, or null if it has no name. Only one thread at a time
   * can call it, because there is one buffer.
   */
  public static synchronized byte[] workingDirectory() {
    long length =
        LibC.syscall(
            SystemCall.GETCWD.number(), PATH.address(), PATH.size(), 0, 0, 0); // with the NUL
    byte[] path = length > 1 ? PATH.bytes((int) length - 1) : null;
    return path == null || path[0] != '/' ? null : path;
  }

  /** Changes the working directory of the process, but not of Java. */
  public static void changeWorkingDirectory(Path folder) throws IOException {
    try (NativeBuffer text = text(folder)) {
      checkLong("chdir", LibC.syscall(SystemCall.CHDIR.number(), text.address(), 0, 0, 0, 0));
    }
  }

  /**
   * Returns another descriptor of the same open file. Its number is 3 or higher, and it is closed
   * on exec.
   */
  public static int duplicate(int fd) throws IOException {
    return check("fcntl", LibC.fcntl(fd, F_DUPFD_CLOEXEC, FIRST_DESCRIPTOR));
  }

  /** Sets a variable. Name and value must not contain NUL bytes. */
  public static void setEnvironment(byte[] name, byte[] value) {
    LibC.setenv(terminated(name), terminated(value), 1);
  }

  public static void unsetEnvironment(byte[] name) {
    LibC.unsetenv(terminated(name));
  }

  public static void killProcess(int pid) {
    LibC.kill(pid, SIGKILL);
  }

  /** Marks the descriptor to be closed on exec. It has no effect on a closed one. */
  public static void closeOnExecute(int fd) {
    LibC.fcntl(fd, F_SETFD, FD_CLOEXEC);
  }

  /**
   * Replaces this process by a program, with the signal mask that the process had at its start. The
   * method returns only by an exception.
   */
  public static void execute(Path program, List<byte[]> arguments, List<byte[]> environment)
      throws IOException {
    byte[] mask = new byte[SIGNAL_SET];
    ByteBuffer.wrap(mask).order(ByteOrder.nativeOrder()).putLong(ProcessFiles.signalMask());
    byte[] before = new byte[SIGNAL_SET];
    try (Memory words = table(arguments);
        Memory variables = table(environment)) {
      LibC.pthread_sigmask(SIG_SETMASK, mask, before);
      LibC.execve(name(program), Pointer.nativeValue(words), Pointer.nativeValue(variables));
      int error = Native.getLastError();
      LibC.pthread_sigmask(SIG_SETMASK, before, null);
      throw new IOException("execve: " + new LastErrorException(error).getMessage());
    }
  }

  /** Returns pointers to strings and a NULL, followed by the strings. */
  private static Memory table(List<byte[]> strings) {
    long size = (strings.size() + 1L) * Long.BYTES;
    long at = size;
    for (byte[] each : strings) {
      size += each.length + 1L;
    }
    Memory table = new Memory(size);
    table.clear();
    for (int i = 0; i < strings.size(); i++) {
      byte[] each = strings.get(i);
      table.setLong((long) i * Long.BYTES, Pointer.nativeValue(table) + at);
      table.write(at, each, 0, each.length);
      at += each.length + 1L;
    }
    return table;
  }

  /**
   * Exchanges two names atomically.
   *
   * @return false if the file system can't do so, or if a name does not exist
   */
  public static boolean exchange(Path one, Path other) {
    try (NativeBuffer first = text(one);
        NativeBuffer second = text(other)) {
      return LibC.syscall(
              SystemCall.RENAMEAT2.number(),
              AT_FDCWD,
              first.address(),
              AT_FDCWD,
              second.address(),
              RENAME_EXCHANGE)
          == 0;
    }
  }

  private static NativeBuffer text(Path path) {
    byte[] name = name(path);
    NativeBuffer text = new NativeBuffer(name.length);
    text.put(name);
    return text;
  }

  /** Returns a descriptor that refers to a process. */
  public static int openProcess(int pid) throws IOException {
    return checkLong("pidfd_open", LibC.syscall(SystemCall.PIDFD_OPEN.number(), pid, 0, 0, 0, 0));
  }

  /** Returns a copy of another process's descriptor. */
  public static int takeDescriptor(int process, int fd) throws IOException {
    return checkLong(
        "pidfd_getfd", LibC.syscall(SystemCall.PIDFD_GETFD.number(), process, fd, 0, 0, 0));
  }

  private static int checkLong(String call, long result) throws IOException {
    return check(call, (int) result);
  }

  private static int check(String call, int result) throws IOException {
    if (result < 0) {
      throw error(call);
    }
    return result;
  }

  private static IOException error(String call) {
    int error = Native.getLastError();
    return new IOException(call + ": " + new LastErrorException(error).getMessage());
  }

  private static byte[] name(Path path) {
    return name(path.toString());
  }

  private static byte[] name(String text) {
    return terminated(text.getBytes(NativeEncoding.CHARSET));
  }

  private static byte[] terminated(byte[] bytes) {
    return Arrays.copyOf(bytes, bytes.length + 1);
  }
}
