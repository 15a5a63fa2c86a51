package crjvm.agent.os.jna;

/**
 * Functions of the C library, bound directly. Strings are NUL-terminated bytes and addresses are
 * numbers, so a call needs no object of JNA.
 */
public final class LibC {
  private LibC() {}

  public static native int close(int fd);

  public static native int dup3(int from, int to, int flags);

  public static native int execve(byte[] program, long arguments, long environment);

  public static native int fcntl(int fd, int command, long argument);

  public static native int flock(int fd, int operation);

  public static native void freelocale(long locale);

  public static native int getitimer(int which, byte[] value);

  public static native int getpeername(int fd, byte[] address, int[] length);

  public static native int getpid();

  public static native int getsid(int pid);

  public static native int getsockname(int fd, byte[] address, int[] length);

  public static native int getsockopt(int fd, int level, int name, int[] value, int[] length);

  public static native int getuid();

  public static native long getxattr(byte[] path, byte[] name, byte[] value, long size);

  public static native int ioctl(int fd, long operation, int[] value);

  public static native int kill(int pid, int signal);

  public static native int malloc_trim(long pad);

  public static native long mmap(
      long address, long length, int prot, int flags, int fd, long offset);

  public static native int mprotect(long address, long length, int prot);

  public static native long mremap(
      long address, long size, long newSize, long flags, long newAddress);

  public static native int msync(long address, long size, int flags);

  public static native int munmap(long address, long length);

  public static native long newlocale(int categories, byte[] name, long base);

  public static native long nl_langinfo_l(int item, long locale);

  public static native int open(byte[] path, int flags, int mode);

  public static native int pipe2(int[] ends, int flags);

  public static native int poll(short[] descriptors, long count, int timeout);

  public static native int posix_spawn(
      int[] pid, byte[] file, long actions, long attributes, long arguments, long environment);

  public static native int posix_spawn_file_actions_adddup2(long actions, int from, int to);

  public static native int posix_spawn_file_actions_addopen(
      long actions, int fd, byte[] path, int flags, int mode);

  public static native int posix_spawn_file_actions_destroy(long actions);

  public static native int posix_spawn_file_actions_init(long actions);

  public static native int prctl(int option, long a, long b, long c, long d);

  public static native long pread(int fd, long address, long size, long offset);

  public static native int pthread_sigmask(int how, byte[] set, byte[] before);

  public static native long read(int fd, byte[] buffer, long size);

  public static native long read(int fd, long address, long size);

  public static native int setenv(byte[] name, byte[] value, int overwrite);

  public static native int setsid();

  public static native long syscall(long number, long a, long b, long c, long d, long e);

  public static native long syscall(long number, byte[] buffer, long size, long flags);

  public static native void tzset();

  public static native int unsetenv(byte[] name);

  public static native int waitpid(int pid, int[] status, int options);

  public static native long write(int fd, long address, long size);
}
