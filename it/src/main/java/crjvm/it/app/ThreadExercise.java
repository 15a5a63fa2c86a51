package crjvm.it.app;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** New threads, and one from before the checkpoint that waits for work. */
final class ThreadExercise implements Exercise {
  private static final int THREADS = 50;

  private final SynchronousQueue<Integer> questions = new SynchronousQueue<>();
  private final SynchronousQueue<Integer> answers = new SynchronousQueue<>();

  @Override
  public void prepare() {
    Thread worker = new Thread(this::answer, "old-worker");
    worker.setDaemon(true);
    worker.start();
  }

  private void answer() {
    try {
      while (true) {
        answers.put(questions.take() * 2);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String run() throws Exception {
    questions.put(21);
    Exercise.check(answers.take() == 42, "the old thread answers wrong");

    CountDownLatch allRun = new CountDownLatch(THREADS);
    CountDownLatch end = new CountDownLatch(1);
    AtomicInteger sum = new AtomicInteger();
    for (int i = 0; i < THREADS; i++) {
      int value = i;
      Thread thread = new Thread(() -> work(value, sum, allRun, end), "new-worker-" + i);
      thread.setPriority(1 + i % Thread.MAX_PRIORITY);
      thread.start();
    }
    Exercise.check(allRun.await(20, TimeUnit.SECONDS), "new threads do not run");
    ThreadMXBean bean = ManagementFactory.getThreadMXBean();
    Exercise.check(bean.dumpAllThreads(true, true).length > THREADS, "threads are missing");
    Exercise.check(bean.getCurrentThreadCpuTime() > 0, "no CPU time");
    Exercise.check(bean.findDeadlockedThreads() == null, "a deadlock");
    end.countDown();
    Exercise.check(sum.get() == THREADS * (THREADS - 1) / 2, "threads count wrong: %s", sum);

    int parallel = IntStream.range(0, 100_000).parallel().map(i -> i % 7).sum();
    Exercise.check(parallel == 299_995, "a parallel stream counts wrong: %d", parallel);
    Exercise.check(
        ForkJoinPool.commonPool().submit(() -> 7).get(20, TimeUnit.SECONDS) == 7, "common pool");
    return THREADS + " threads";
  }

  private static void work(int value, AtomicInteger sum, CountDownLatch run, CountDownLatch end) {
    sum.addAndGet(value);
    run.countDown();
    try {
      end.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
