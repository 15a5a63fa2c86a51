package crjvm.agent.tool;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The end of a run. The main method returns, or a thread asks for the end of the JVM. */
final class Ending {
  private final CountDownLatch exit = new CountDownLatch(1);
  private boolean halts;

  /** Records a call that ends the JVM. The first call counts, as in a JVM. */
  synchronized TrainingExit exit(int status, boolean withoutHooks) {
    if (exit.getCount() > 0) {
      halts = withoutHooks;
      exit.countDown();
    }
    return new TrainingExit(status);
  }

  /** Returns whether a thread has asked for the end of the JVM. */
  boolean isExit() {
    return exit.getCount() == 0;
  }

  /** Returns whether a thread has asked for the end of the JVM without shutdown hooks. */
  synchronized boolean halts() {
    return halts;
  }

  /** Waits for a call that ends the JVM. */
  boolean await(Duration limit) throws InterruptedException {
    return exit.await(limit.toMillis(), TimeUnit.MILLISECONDS);
  }
}
