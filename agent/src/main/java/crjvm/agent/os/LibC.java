package crjvm.agent.os;

/**
 * Functions of the C library, bound directly. Strings are NUL-terminated bytes and addresses are
 * numbers, so a call needs no object of JNA.
 */
final class LibC {
  private LibC() {}

  static native int close(int fd);

  static native int dup3(int from, int to, int flags);

  static native int execve(byte[] program, long arguments, long environment);

  static native int fcntl(int fd, int command, long argument);

  static native int flock(int fd, int operation);

  static native void freelocale(long locale);

  static native int getitimer(int which, byte[] value);

  static native int getpeername(int fd, byte[] address, int[] length);

  static native int getpid();

  static native int getsid(int pid);

  static native int getsockname(int fd, byte[] address, int[] length);

  static native int getsockopt(int fd, int level, int name, int[] value, int[] length);

  static native int getuid();

  static native long getxattr(byte[] path, byte[] name, byte[] value, long size);

  static native int ioctl(int fd, long operation, int[] value);

  static native int kill(int pid, int signal);

  static native int malloc_trim(long pad);

  static native long mmap(long address, long length, int prot, int flags, int fd, long offset);

  static native int mprotect(long address, long length, int prot);

  static native long mremap(long address, long size, long newSize, long flags, long newAddress);

  static native int msync(long address, long size, int flags);

  static native int munmap(long address, long length);

  static native long newlocale(int categories, byte[] name, long base);

  static native long nl_langinfo_l(int item, long locale);

  static native int open(byte[] path, int flags, int mode);

  static native int pipe2(int[] ends, int flags);

  static native int poll(short[] descriptors, long count, int timeout);

  static native int posix_spawn(
      int[] pid, byte[] file, long actions, long attributes, long arguments, long environment);

  static native int posix_spawn_file_actions_adddup2(long actions, int from, int to);

  static native int posix_spawn_file_actions_addopen(
      long actions, int fd, byte[] path, int flags, int mode);

  static native int posix_spawn_file_actions_destroy(long actions);

  static native int posix_spawn_file_actions_init(long actions);

  static native int prctl(int option, long a, long b, long c, long d);

  static native long pread(int fd, long address, long size, long offset);

  static native int pthread_sigmask(int how, byte[] set, byte[] before);

  static native long read(int fd, byte[] buffer, long size);

  static native long read(int fd, long address, long size);

  static native int setenv(byte[] name, byte[] value, int overwrite);

  static native int setsid();

  static native long syscall(long number, long a, long b, long c, long d, long e);

  static native long syscall(long number, byte[] buffer, long size, long flags);

  static native void tzset();

  static native int unsetenv(byte[] name);

  static native int waitpid(int pid, int[] status, int options);

  static native long write(int fd, long address, long size);
}
