package crjvm.it.app;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/** Work of a tool that uses a virtual thread for each task. */
final class VirtualTasks {
  private VirtualTasks() {}

  /** Creates the executor by reflection, because the code is compiled for Java 17. */
  private static ExecutorService executor() throws ReflectiveOperationException {
    return (ExecutorService)
        Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
  }

  /** Runs tasks that wait and write files, two of them at a time. */
  static void run(int count, PrintStream out) throws Exception {
    Semaphore turns = new Semaphore(2);
    List<Future<String>> results = new ArrayList<>();
    ExecutorService executor = executor();
    for (int i = 0; i < count; i++) {
      Path part = Path.of("part-" + i);
      results.add(executor.submit(() -> write(turns, part)));
    }
    for (Future<String> each : results) {
      out.println(each.get());
    }
    executor.shutdown();
  }

  private static String write(Semaphore turns, Path part) throws Exception {
    turns.acquire();
    try {
      Thread.sleep(1);
      Files.writeString(part, "of \"" + Thread.currentThread().getName() + "\"");
      return part + " " + Files.readString(part);
    } finally {
      turns.release();
    }
  }

  /**
   * Leaves two virtual threads that wait for ever. A JVM ends without them when its main method
   * returns.
   */
  static void leave(Path file, PrintStream out) throws Exception {
    CountDownLatch begun = new CountDownLatch(2);
    executor().execute(() -> waitForEver(begun, file));
    Runnable alone = () -> waitForEver(begun, file);
    Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, alone);
    begun.await();
    out.println("left");
  }

  private static void waitForEver(CountDownLatch begun, Path file) {
    try {
      begun.countDown();
      Thread.sleep(Long.MAX_VALUE);
    } catch (InterruptedException e) {
      try {
        Files.writeString(file, "ended");
      } catch (IOException failure) {
        throw new UncheckedIOException(failure);
      }
    }
  }
}
