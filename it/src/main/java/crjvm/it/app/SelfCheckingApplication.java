package crjvm.it.app;

import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.Selector;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs threads that compute, read the clock and wait in every way. As soon as it is restored it
 * checks all of them, says in one line what it found, and ends. The status is 42 when all is right.
 */
public final class SelfCheckingApplication {
  private static final int RIGHT = 42;
  private static final int WRONG = 43;
  private static final long LIMIT_S = 20;
  private static final int THREADS = 4;

  private final byte[] data = new byte[1 << 18];
  private final ExecutorService pool = Executors.newFixedThreadPool(THREADS);
  private final ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(1);
  private final CountDownLatch restored = new CountDownLatch(1);
  private final SynchronousQueue<Integer> questions = new SynchronousQueue<>();
  private final SynchronousQueue<Integer> answers = new SynchronousQueue<>();
  private final Semaphore wakened = new Semaphore(0);
  private final Object monitor = new Object();
  private final Selector selector = Selector.open();
  private final ServerSocket server =
      new ServerSocket(FreePort.find(), 1, InetAddress.getLoopbackAddress());
  private final byte[] digest;
  private volatile String failure;
  private volatile boolean waited;
  private volatile boolean ending;

  private SelfCheckingApplication() throws Exception {
    new Random(1).nextBytes(data);
    digest = MessageDigest.getInstance("SHA-256").digest(data);
  }

  public static void main(String[] args) throws Exception {
    SelfCheckingApplication application = new SelfCheckingApplication();
    application.startThreads();
    application.check();
    application.awaitRestore();
    ready();
    application.restored.await();
    int status = application.report();
    application.leaveNativeCode();
    System.exit(status);
  }

  /** The method that {@code at=method:} names. */
  static void ready() {
    System.out.println("self-checking application: ready");
  }

  /** Waits for the restore by reflection, like an application that also runs without crjvm. */
  private void awaitRestore() throws ReflectiveOperationException {
    Class<?> type = Class.forName("crjvm.RestoreListener");
    Object listener =
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              restored.countDown();
              return null;
            });
    Class.forName("crjvm.Crjvm").getMethod("onRestore", type).invoke(null, listener);
  }

  private int report() {
    try {
      check();
      System.out.println("right " + ProcessHandle.current().pid());
      return RIGHT;
    } catch (Exception | Error e) {
      System.out.println("wrong " + e);
      e.printStackTrace();
      return WRONG;
    }
  }

  /** Ends the waits in native code: at its exit HotSpot would wait 300 ms for such threads. */
  private void leaveNativeCode() throws Exception {
    ending = true;
    server.close();
    selector.close();
  }

  private void startThreads() {
    start("clock", () -> readClock(0));
    start("clock with pauses", () -> readClock(20_000));
    start("queue", () -> answers.put(questions.take() + 1));
    start("monitor", this::awaitMonitor);
    start("sleep", () -> Thread.sleep(1));
    start(
        "select",
        () -> {
          selector.select();
          wakened.release();
        });
    start("accept", this::answerOneConnection);
  }

  private interface Work {
    void run() throws Exception;
  }

  private void start(String name, Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                while (true) {
                  work.run();
                }
              } catch (Exception | Error e) {
                if (ending) {
                  return;
                }
                failure = name + ": " + e;
                e.printStackTrace();
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
  }

  private static void readClock(long pauseNs) {
    long last = System.nanoTime();
    long wall = System.currentTimeMillis();
    for (int i = 0; i < 1_000; i++) {
      long now = System.nanoTime();
      Exercise.check(now >= last, "the clock went from %d to %d", last, now);
      last = now;
      LockSupport.parkNanos(pauseNs); // It returns at once when the pause is 0.
    }
    Exercise.check(System.currentTimeMillis() > wall - 60_000, "the date went back");
  }

  private void awaitMonitor() throws InterruptedException {
    synchronized (monitor) {
      monitor.wait(TimeUnit.DAYS.toMillis(1));
      waited = true;
      monitor.notifyAll();
    }
  }

  private void answerOneConnection() throws Exception {
    try (Socket socket = server.accept()) {
      socket.getOutputStream().write(socket.getInputStream().read() + 1);
    }
  }

  private void check() throws Exception {
    List<String> ids = ProcessView.pids().lines().distinct().toList();
    Exercise.check(ids.size() == 1, "process ids differ: %s", ids);
    List<Callable<byte[]>> work = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      work.add(() -> MessageDigest.getInstance("SHA-256").digest(data));
    }
    for (Future<byte[]> result : pool.invokeAll(work, LIMIT_S, TimeUnit.SECONDS)) {
      Exercise.check(Arrays.equals(digest, result.get()), "another digest");
    }
    scheduler.schedule(() -> {}, 1, TimeUnit.MILLISECONDS).get(LIMIT_S, TimeUnit.SECONDS);
    checkWaitingThreads();
    Thread fresh = new Thread(this::allocate);
    fresh.start();
    fresh.join(TimeUnit.SECONDS.toMillis(LIMIT_S));
    Exercise.check(!fresh.isAlive(), "a new thread does not end");
    Exercise.check(failure == null, "%s", failure);
  }

  private void checkWaitingThreads() throws Exception {
    Exercise.check(questions.offer(1, LIMIT_S, TimeUnit.SECONDS), "nobody takes from the queue");
    Integer answer = answers.poll(LIMIT_S, TimeUnit.SECONDS);
    Exercise.check(Integer.valueOf(2).equals(answer), "the queue answers %s", answer);
    selector.wakeup();
    Exercise.check(wakened.tryAcquire(LIMIT_S, TimeUnit.SECONDS), "the selector sleeps");
    synchronized (monitor) {
      waited = false;
      for (long i = 0; i < TimeUnit.SECONDS.toMillis(LIMIT_S) && !waited; i++) {
        // The loop repeats this, because the other thread may not be waiting yet.
        monitor.notifyAll();
        monitor.wait(1);
      }
      Exercise.check(waited, "nobody waits at the monitor");
    }
    try (Socket socket = new Socket(server.getInetAddress(), server.getLocalPort())) {
      socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(LIMIT_S));
      socket.getOutputStream().write(7);
      Exercise.check(socket.getInputStream().read() == 8, "the socket answers something else");
    }
  }

  /** Allocates enough for a young collection now and then. */
  private void allocate() {
    int sum = 0;
    for (int i = 0; i < 1_000; i++) {
      sum += new byte[10_000].length;
    }
    Exercise.check(sum == 10_000_000, "sum %d", sum);
  }
}
