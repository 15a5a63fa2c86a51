package crjvm.benchmark.startup;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Starts processes directly, each in a session of its own. The JDK's jspawnhelper would add a
 * millisecond or two to the start that is measured. Each spawner has a thread of its own, because
 * users belong to threads on Linux. The thread that has become an ordinary user starts processes of
 * that user, while the rest of this JVM stays root.
 */
final class Spawner implements AutoCloseable {
  private static final int LOG_MODE = 0644;
  private static final NativeLong NONE = new NativeLong(0);

  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread made = new Thread(task, "spawner");
            made.setDaemon(true);
            return made;
          });

  private Spawner() {}

  static Spawner asItIs() {
    return new Spawner();
  }

  /**
   * Returns a spawner for a user and a group, given as numbers. Only root can become another user.
   */
  static Spawner as(int user, int group) throws Failure, InterruptedException {
    Spawner spawner = new Spawner();
    spawner.call(
        () -> {
          NativeLong u = new NativeLong(user);
          NativeLong g = new NativeLong(group);
          long groups = call(Libc.SYS_SETGROUPS, NONE, Pointer.NULL);
          if (groups != 0
              || call(Libc.SYS_SETRESGID, g, g, g) != 0
              || call(Libc.SYS_SETRESUID, u, u, u) != 0) {
            throw new Failure("can't become the user " + user);
          }
          return null;
        });
    return spawner;
  }

  private static long call(long number, Object... arguments) {
    return Libc.C.syscall(new NativeLong(number), arguments).longValue();
  }

  /**
   * Starts a process. Only its standard input, which is /dev/null, and its log are open.
   *
   * @param command the command, whose first word is the path of the program
   */
  Child start(List<String> command, Map<String, String> environment, Path folder, Path log)
      throws Failure, InterruptedException {
    String[] arguments = command.toArray(String[]::new);
    String[] variables =
        environment.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + entry.getValue())
            .toArray(String[]::new);
    return call(
        () -> {
          Memory actions = new Memory(Libc.OPAQUE_SIZE);
          Memory attributes = new Memory(Libc.OPAQUE_SIZE);
          prepare(actions, attributes, folder, log);
          IntByReference pid = new IntByReference();
          long before = System.nanoTime();
          int error =
              Libc.C.posix_spawn(pid, arguments[0], actions, attributes, arguments, variables);
          Libc.C.posix_spawn_file_actions_destroy(actions);
          Libc.C.posix_spawnattr_destroy(attributes);
          if (error != 0) {
            throw new Failure("can't start \"" + arguments[0] + "\": " + Libc.C.strerror(error));
          }
          return new Child(pid.getValue(), before, log);
        });
  }

  private static void prepare(Pointer actions, Pointer attributes, Path folder, Path log) {
    Libc c = Libc.C;
    c.posix_spawn_file_actions_init(actions);
    c.posix_spawn_file_actions_addopen(actions, 0, "/dev/null", Libc.O_RDONLY, 0);
    c.posix_spawn_file_actions_addopen(
        actions, 1, log.toString(), Libc.O_WRONLY_CREATE_APPEND, LOG_MODE);
    c.posix_spawn_file_actions_adddup2(actions, 1, 2);
    c.posix_spawn_file_actions_addclosefrom_np(actions, 3);
    c.posix_spawn_file_actions_addchdir_np(actions, folder.toString());
    Memory none = new Memory(128);
    Memory all = new Memory(128);
    c.sigemptyset(none);
    c.sigfillset(all);
    c.posix_spawnattr_init(attributes);
    c.posix_spawnattr_setsigmask(attributes, none);
    c.posix_spawnattr_setsigdefault(attributes, all);
    c.posix_spawnattr_setflags(attributes, Libc.POSIX_SPAWN_SETSIGDEF_SIGMASK_SETSID);
  }

  private <T> T call(Callable<T> work) throws Failure, InterruptedException {
    try {
      return thread.submit(work).get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Failure failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /**
   * Sets whether orphans of processes that were started here become children of this process, so
   * that it can wait for them.
   */
  static void adoptOrphans(boolean adopt) {
    NativeLong value = new NativeLong(adopt ? 1 : 0);
    if (Libc.C.prctl(Libc.PR_SET_CHILD_SUBREAPER, value, NONE, NONE, NONE) != 0) {
      throw new IllegalStateException(Libc.C.strerror(Native.getLastError()));
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
