package crjvm.agent.connection.pool;

import crjvm.agent.message.Console;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The work on one pool, in its own thread, because the application's threads may hold the pool's
 * locks for any time. A pool that took too long is restored as soon as possible, also in a restored
 * process.
 */
final class PoolTask {
  private static final String THREAD = "crjvm connections";

  private enum State {
    CLOSING,
    CLOSED,
    GIVEN_UP
  }

  private final ConnectionPool pool;
  private final AtomicReference<State> state = new AtomicReference<>(State.CLOSING);
  private Thread thread;

  PoolTask(ConnectionPool pool) {
    this.pool = pool;
  }

  void startClosing() {
    start(this::close);
  }

  private void start(Runnable work) {
    thread = new Thread(work, THREAD);
    thread.setDaemon(true);
    thread.start();
  }

  private void close() {
    try {
      pool.closeIdle();
    } catch (Exception | LinkageError e) {
      Console.say(
          "closing the idle connections of "
              + pool.name()
              + " failed ("
              + e
              + "); those that stay open are broken in restored processes");
      Console.trace(e);
    }
    if (!state.compareAndSet(State.CLOSING, State.CLOSED)) {
      goOn();
    }
  }

  private void goOn() {
    try {
      pool.goOn();
    } catch (Exception | LinkageError e) {
      Console.trace(e); // The pool works with another minimum of connections.
    }
  }

  /**
   * @param end the end of the time limit, by {@code System.nanoTime}
   */
  void awaitClosing(long end) throws InterruptedException {
    join(end);
    if (state.compareAndSet(State.CLOSING, State.GIVEN_UP)) {
      Console.say(
          "closing the idle connections of "
              + pool.name()
              + " takes too long; those that stay open are broken in restored processes");
    }
  }

  void startGoingOn() {
    if (state.get() == State.CLOSED) {
      start(this::goOn);
    }
  }

  void awaitGoingOn(long end) throws InterruptedException {
    if (state.get() == State.CLOSED) {
      join(end);
    }
  }

  private void join(long end) throws InterruptedException {
    long rest = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
    thread.join(Math.max(1, rest)); // join(0) would wait forever.
  }
}
