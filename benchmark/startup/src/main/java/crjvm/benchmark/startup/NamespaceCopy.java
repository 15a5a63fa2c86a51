package crjvm.benchmark.startup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * One of several copies that CRIU restores from one dump. Each copy gets the same process ids and
 * the same port, so each needs its own namespaces for both. Its clients have to enter the network
 * namespace.
 */
final class NamespaceCopy {
  private static final long LIMIT = TimeUnit.MINUTES.toNanos(2);

  private final Place place;
  private final Answers answers;
  private final CriuWay way;

  NamespaceCopy(Place place, Answers answers, CriuWay way) {
    this.place = place;
    this.answers = answers;
    this.way = way;
  }

  Copy start() throws Failure, InterruptedException, IOException {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("/usr/bin/unshare", "--pid", "--fork", "--kill-child"));
    command.addAll(List.of("--mount-proc", "--net", "/bin/sh", "-c"));
    // Process 1 of the namespace has to stay, because all others end with it.
    command.add("ip link set lo up && \"$@\" && exec sleep infinity");
    command.add("sh");
    command.addAll(CriuWay.restoreCommand(way.dump(), "restore.log"));
    Child started = place.startAsRoot(command, place.newLog(way.name()));
    try {
      int jvm = awaitJvm(started);
      inNetworkOf(
          jvm,
          () -> {
            StartTimer.awaitAnswer(answers, way.application(), way.application().port(), started);
            return null;
          });
      return new Copy(started, jvm);
    } catch (Failure | IOException e) {
      started.kill();
      throw e;
    }
  }

  /**
   * Returns the id of the restored JVM in this process's namespace, when the first process of its
   * own namespace sleeps.
   */
  private static int awaitJvm(Child started) throws Failure {
    long deadline = System.nanoTime() + LIMIT;
    while (System.nanoTime() < deadline) {
      List<ProcessHandle> all =
          ProcessHandle.of(started.pid()).stream().flatMap(ProcessHandle::descendants).toList();
      boolean isRestored = all.stream().anyMatch(process -> isCalled(process, "sleep"));
      Optional<ProcessHandle> jvm =
          all.stream().filter(process -> isCalled(process, "java")).findFirst();
      if (isRestored && jvm.isPresent()) {
        return (int) jvm.get().pid();
      } else if (!started.isAlive()) {
        throw new Failure("criu restore in namespaces failed" + started.tail());
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
    }
    throw new Failure("criu restore in namespaces takes too long");
  }

  private static boolean isCalled(ProcessHandle process, String name) {
    try {
      return Files.readString(Path.of("/proc/" + process.pid() + "/comm")).strip().equals(name);
    } catch (IOException e) {
      return false; // it has ended
    }
  }

  /**
   * Runs work in a thread that enters a network namespace. Like users, namespaces belong to
   * threads.
   */
  private static void inNetworkOf(int pid, Callable<Void> work)
      throws Failure, InterruptedException, IOException {
    FutureTask<Void> task =
        new FutureTask<>(
            () -> {
              int namespace = Libc.C.open("/proc/" + pid + "/ns/net", Libc.O_RDONLY);
              if (namespace < 0 || Libc.C.setns(namespace, Libc.CLONE_NEWNET) != 0) {
                throw new Failure("can't enter the network namespace of " + pid);
              }
              Libc.C.close(namespace);
              return work.call();
            });
    Thread thread = new Thread(task, "namespace");
    thread.start();
    try {
      task.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Failure failure) {
        throw failure;
      } else if (e.getCause() instanceof IOException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
