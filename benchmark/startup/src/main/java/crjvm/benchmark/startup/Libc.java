package crjvm.benchmark.startup;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;

/**
 * Functions of the C library, with their own names, which do what Java's process interface can't
 * do.
 */
interface Libc extends Library {
  Libc C = Native.load("c", Libc.class);

  int SIGKILL = 9;
  int SIGTERM = 15;
  int WNOHANG = 1;
  int O_RDONLY = 0;
  int O_WRONLY_CREATE_APPEND = 02001 | 0100;
  int CLONE_NEWNET = 0x40000000;
  int PR_SET_TIMERSLACK = 29;
  int PR_SET_CHILD_SUBREAPER = 36;
  short POSIX_SPAWN_SETSIGDEF_SIGMASK_SETSID = 0x04 | 0x08 | 0x80;

  /**
   * A size larger than glibc's {@code posix_spawn_file_actions_t} and {@code posix_spawnattr_t}.
   */
  int OPAQUE_SIZE = 512;

  /**
   * The numbers of system calls on x86-64. The C library's own functions would change all threads
   * of the process.
   */
  long SYS_SETGROUPS = 116;

  long SYS_SETRESUID = 117;
  long SYS_SETRESGID = 119;

  int posix_spawn(
      IntByReference pid,
      String path,
      Pointer actions,
      Pointer attributes,
      String[] arguments,
      String[] environment);

  int posix_spawn_file_actions_init(Pointer actions);

  int posix_spawn_file_actions_addopen(Pointer actions, int fd, String path, int flags, int mode);

  int posix_spawn_file_actions_adddup2(Pointer actions, int from, int to);

  int posix_spawn_file_actions_addchdir_np(Pointer actions, String path);

  int posix_spawn_file_actions_addclosefrom_np(Pointer actions, int from);

  int posix_spawn_file_actions_destroy(Pointer actions);

  int posix_spawnattr_init(Pointer attributes);

  int posix_spawnattr_setflags(Pointer attributes, short flags);

  int posix_spawnattr_setsigmask(Pointer attributes, Pointer set);

  int posix_spawnattr_setsigdefault(Pointer attributes, Pointer set);

  int posix_spawnattr_destroy(Pointer attributes);

  int sigemptyset(Pointer set);

  int sigfillset(Pointer set);

  int waitpid(int pid, IntByReference status, int options);

  int kill(int pid, int signal);

  void sync();

  int open(String path, int flags);

  int close(int fd);

  int setns(int fd, int type);

  int prctl(int option, NativeLong value, NativeLong b, NativeLong c, NativeLong d);

  NativeLong syscall(NativeLong number, Object... arguments);

  String strerror(int error);
}
