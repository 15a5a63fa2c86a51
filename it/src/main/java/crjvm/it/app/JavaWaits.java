package crjvm.it.app;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.lang.reflect.Method;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.Exchanger;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.Phaser;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Every kind of timed wait of the JDK, by name. Each is one call that nobody ends early. The
 * exception is the cache of a library, which uses the clock without waiting.
 */
final class JavaWaits {
  private static final ScheduledExecutorService SCHEDULER =
      Executors.newSingleThreadScheduledExecutor(JavaWaits::daemon);

  private static final Timer TIMER = new Timer("timer", true);

  private JavaWaits() {}

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    return thread;
  }

  /** Returns the waits that use the monotonic clock. They may begin at any time. */
  static Map<String, Wait> continued() {
    Map<String, Wait> all = new LinkedHashMap<>();
    addThreads(all);
    addLocks(all);
    addQueues(all);
    addFutures(all);
    all.put("Selector.select", JavaWaits::select);
    all.put("Caffeine.expireAfterWrite", JavaWaits::expire);
    return all;
  }

  /** Returns the waits that use the time of day. They may begin at any time. */
  static Map<String, Wait> wall() {
    Map<String, Wait> all = new LinkedHashMap<>();
    all.put(
        "LockSupport.parkUntil",
        nanos -> LockSupport.parkUntil(System.currentTimeMillis() + nanos / 1_000_000));
    all.put("Timer.schedule", JavaWaits::timer);
    return all;
  }

  /**
   * Returns the waits with connections or child processes. A checkpoint breaks or refuses these.
   */
  static Map<String, Wait> unrestored() {
    Map<String, Wait> all = new LinkedHashMap<>();
    all.put("ServerSocket.accept", JavaWaits::accept);
    all.put("Socket.read", JavaWaits::read);
    all.put("DatagramSocket.receive", JavaWaits::receive);
    all.put("HttpClient.send", JavaWaits::request);
    all.put("Process.waitFor", JavaWaits::child);
    return all;
  }

  private static void addThreads(Map<String, Wait> all) {
    all.put("Thread.sleep", nanos -> Thread.sleep(nanos / 1_000_000));
    all.put("Thread.join", nanos -> Thread.currentThread().join(nanos / 1_000_000));
    all.put("Object.wait", JavaWaits::waitOnMonitor);
    all.put("LockSupport.parkNanos", LockSupport::parkNanos);
    if (Runtime.version().feature() >= 21) {
      all.put("virtual Thread.sleep", virtual(nanos -> Thread.sleep(nanos / 1_000_000)));
      all.put("virtual LockSupport.parkNanos", virtual(LockSupport::parkNanos));
      all.put("virtual Object.wait", virtual(JavaWaits::waitOnMonitor));
      all.put("virtual poll", virtual(nanos -> poll(new ArrayBlockingQueue<>(1)::poll, nanos)));
    }
  }

  private static void addLocks(Map<String, Wait> all) {
    all.put("Condition.await", JavaWaits::await);
    all.put("ReentrantLock.tryLock", nanos -> tryLock(new ReentrantLock(), nanos));
    all.put(
        "ReentrantReadWriteLock.tryLock",
        nanos -> tryLock(new ReentrantReadWriteLock().writeLock(), nanos));
    all.put("Semaphore.tryAcquire", nanos -> poll(new Semaphore(0)::tryAcquire, nanos));
    all.put("CountDownLatch.await", nanos -> poll(new CountDownLatch(1)::await, nanos));
    all.put(
        "Phaser.awaitAdvance",
        nanos ->
            expectTimeout(
                () -> new Phaser(1).awaitAdvanceInterruptibly(0, nanos, TimeUnit.NANOSECONDS)));
    all.put(
        "Exchanger.exchange",
        nanos -> expectTimeout(() -> new Exchanger<>().exchange("", nanos, TimeUnit.NANOSECONDS)));
  }

  private static void addQueues(Map<String, Wait> all) {
    all.put("ArrayBlockingQueue.poll", nanos -> poll(new ArrayBlockingQueue<>(1)::poll, nanos));
    all.put("LinkedBlockingDeque.poll", nanos -> poll(new LinkedBlockingDeque<>()::poll, nanos));
    all.put("SynchronousQueue.poll", nanos -> poll(new SynchronousQueue<>()::poll, nanos));
    all.put("DelayQueue.take", JavaWaits::takeDelayed);
  }

  private static void addFutures(Map<String, Wait> all) {
    all.put(
        "FutureTask.get",
        nanos -> expectTimeout(() -> new FutureTask<>(() -> "").get(nanos, TimeUnit.NANOSECONDS)));
    all.put(
        "CompletableFuture.get",
        nanos -> expectTimeout(() -> new CompletableFuture<>().get(nanos, TimeUnit.NANOSECONDS)));
    all.put(
        "CompletableFuture.orTimeout",
        nanos ->
            expectTimeout(
                () -> new CompletableFuture<>().orTimeout(nanos, TimeUnit.NANOSECONDS).get()));
    all.put(
        "CompletableFuture.delayedExecutor",
        nanos ->
            CompletableFuture.runAsync(
                    () -> {}, CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS))
                .get());
    all.put(
        "ScheduledExecutorService.schedule",
        nanos -> SCHEDULER.schedule(() -> {}, nanos, TimeUnit.NANOSECONDS).get());
    all.put("ExecutorService.awaitTermination", JavaWaits::awaitTermination);
    all.put(
        "ForkJoinTask.get",
        nanos ->
            expectTimeout(
                () ->
                    ForkJoinPool.commonPool()
                        .submit(() -> LockSupport.parkNanos(2 * nanos))
                        .get(nanos, TimeUnit.NANOSECONDS)));
  }

  /** A call that returns null or false when the time is over. */
  private interface Poll {
    Object poll(long time, TimeUnit unit) throws Exception;
  }

  private static void poll(Poll poll, long nanos) throws Exception {
    Object result = poll.poll(nanos, TimeUnit.NANOSECONDS);
    Exercise.check(result == null || result.equals(false), "something came");
  }

  /** A call that throws an exception when the time is over. */
  private interface Call {
    Object call() throws Exception;
  }

  private static void expectTimeout(Call call) throws Exception {
    try {
      Object result = call.call();
      throw new IllegalStateException("returned " + result);
    } catch (TimeoutException | SocketTimeoutException | HttpTimeoutException e) {
      // The call has to throw it.
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TimeoutException)) {
        throw e;
      }
    }
  }

  /** Returns the same wait in a virtual thread. */
  private static Wait virtual(Wait wait) {
    return nanos -> {
      // JDK 17 does not have this method.
      Method start = Thread.class.getMethod("startVirtualThread", Runnable.class);
      CompletableFuture<Void> done = new CompletableFuture<>();
      Runnable run =
          () -> {
            try {
              wait.run(nanos);
              done.complete(null);
            } catch (Exception e) {
              done.completeExceptionally(e);
            }
          };
      start.invoke(null, run);
      done.get();
    };
  }

  @SuppressWarnings("WaitNotInLoop") // The first return counts.
  private static void waitOnMonitor(long nanos) throws InterruptedException {
    Object monitor = new Object();
    synchronized (monitor) {
      monitor.wait(nanos / 1_000_000);
    }
  }

  @SuppressWarnings("WaitNotInLoop")
  private static void await(long nanos) throws InterruptedException {
    ReentrantLock lock = new ReentrantLock();
    lock.lock();
    try {
      long left = lock.newCondition().awaitNanos(nanos);
      Exercise.check(left <= 0, "a condition was signalled by nobody");
    } finally {
      lock.unlock();
    }
  }

  private static void tryLock(java.util.concurrent.locks.Lock lock, long nanos) throws Exception {
    Thread owner =
        daemon(
            () -> {
              lock.lock();
              LockSupport.park(lock);
            });
    owner.start();
    while (lock.tryLock()) { // The other thread does not wait yet.
      lock.unlock();
      Thread.onSpinWait();
    }
    Exercise.check(!lock.tryLock(nanos, TimeUnit.NANOSECONDS), "the lock was free");
  }

  private static void takeDelayed(long nanos) throws InterruptedException {
    long until = System.nanoTime() + nanos;
    DelayQueue<Delayed> queue = new DelayQueue<>();
    queue.add(
        new Delayed() {
          @Override
          public long getDelay(TimeUnit unit) {
            return unit.convert(until - System.nanoTime(), TimeUnit.NANOSECONDS);
          }

          @Override
          public int compareTo(Delayed other) {
            return 0;
          }
        });
    queue.take();
  }

  private static void awaitTermination(long nanos) throws InterruptedException {
    ExecutorService executor = Executors.newSingleThreadExecutor(JavaWaits::daemon);
    Exercise.check(
        !executor.awaitTermination(nanos, TimeUnit.NANOSECONDS), "an executor ended by itself");
    executor.shutdown();
  }

  private static void select(long nanos) throws IOException {
    try (Selector selector = Selector.open()) {
      selector.select(nanos / 1_000_000);
    }
  }

  private static void expire(long nanos) throws InterruptedException {
    Cache<String, String> cache =
        Caffeine.newBuilder().expireAfterWrite(Duration.ofNanos(nanos)).build();
    cache.put("name", "value");
    while (cache.getIfPresent("name") != null) {
      Thread.sleep(10);
    }
  }

  private static void timer(long nanos) throws Exception {
    CompletableFuture<Void> done = new CompletableFuture<>();
    TIMER.schedule(
        new TimerTask() {
          @Override
          public void run() {
            done.complete(null);
          }
        },
        nanos / 1_000_000);
    done.get();
  }

  private static void accept(long nanos) throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      server.setSoTimeout((int) (nanos / 1_000_000));
      expectTimeout(server::accept);
    }
  }

  private static void read(long nanos) throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Socket socket = new Socket(server.getInetAddress(), server.getLocalPort())) {
      socket.setSoTimeout((int) (nanos / 1_000_000));
      expectTimeout(() -> socket.getInputStream().read());
    }
  }

  private static void receive(long nanos) throws Exception {
    try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      socket.setSoTimeout((int) (nanos / 1_000_000));
      expectTimeout(
          () -> {
            socket.receive(new DatagramPacket(new byte[1], 1));
            return "a datagram";
          });
    }
  }

  private static void request(long nanos) throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress("localhost", 0), 0);
    server.createContext("/", exchange -> LockSupport.parkNanos(2 * nanos));
    server.start();
    URI uri = URI.create("http://localhost:" + server.getAddress().getPort() + "/");
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(Duration.ofNanos(nanos)).build();
    try {
      expectTimeout(() -> HttpClient.newHttpClient().send(request, BodyHandlers.ofString()));
    } finally {
      server.stop(0);
    }
  }

  private static void child(long nanos) throws Exception {
    Process child = new ProcessBuilder("sleep", "100").start();
    try {
      Exercise.check(!child.waitFor(nanos, TimeUnit.NANOSECONDS), "the child has ended");
    } finally {
      child.destroy();
    }
  }
}
