package crjvm.agent.tool;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** How a run ends: main comes to its end, or some thread asks for the JVM's. */
final class Ending {
  private final CountDownLatch exit = new CountDownLatch(1);
  private boolean halts;

  /** The first one counts, as in a JVM. */
  synchronized TrainingExit exit(int status, boolean withoutHooks) {
    if (exit.getCount() > 0) {
      halts = withoutHooks;
      exit.countDown();
    }
    return new TrainingExit(status);
  }

  /** Whether the JVM's end was asked for. */
  boolean isExit() {
    return exit.getCount() == 0;
  }

  /** Whether the JVM's end was asked for in a way that leaves shutdown hooks out. */
  synchronized boolean halts() {
    return halts;
  }

  /** Waits for a request to end. */
  boolean await(Duration limit) throws InterruptedException {
    return exit.await(limit.toMillis(), TimeUnit.MILLISECONDS);
  }
}
