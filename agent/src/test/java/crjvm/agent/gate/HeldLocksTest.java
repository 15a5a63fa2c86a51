package crjvm.agent.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Tests which locks of other threads count as those of an operation that soon ends. */
class HeldLocksTest {
  /** An object with a lock of the agent. */
  private static final class Table {}

  private static boolean areThereWith(Object lock) throws InterruptedException {
    CountDownLatch isHeld = new CountDownLatch(1);
    CountDownLatch isSeen = new CountDownLatch(1);
    Thread holder =
        new Thread(
            () -> {
              synchronized (lock) {
                isHeld.countDown();
                try {
                  isSeen.await(); // its native code is at the top of the stack
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              }
            });
    holder.start();
    isHeld.await();
    while (holder.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    try {
      return HeldLocks.areThere(Thread.currentThread());
    } finally {
      isSeen.countDown();
      holder.join();
    }
  }

  @Test
  void locksOfTheAgentCountAlsoInNativeCode() throws Exception {
    assertThat(areThereWith(new Table())).isTrue();
  }

  @Test
  void otherLocksInNativeCodeDoNot() throws Exception {
    assertThat(areThereWith(new Object())).isFalse();
  }
}
