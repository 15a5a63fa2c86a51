package crjvm.agent.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import crjvm.agent.Await;
import crjvm.agent.message.Failure;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests that stop the threads of this JVM, including those of the test framework. */
class GateTest {
  private static final class Lock {}

  private final AtomicLong steps = new AtomicLong();
  private final AtomicBoolean isOver = new AtomicBoolean();
  private Gate gate;

  @BeforeEach
  void startThread() throws Exception {
    Thread thread = new Thread(this::step);
    thread.setDaemon(true);
    thread.start();
    gate = new Gate();
    awaitSteps();
  }

  @AfterEach
  void open() {
    isOver.set(true);
    gate.open();
    gate.release();
  }

  private void step() {
    while (!isOver.get()) {
      steps.incrementAndGet();
    }
  }

  private void awaitSteps() {
    long begun = steps.get();
    Await.until("steps", () -> steps.get() >= begun + 1000);
  }

  @Test
  void noThreadMakesAStepUntilTheGateOpens() throws Exception {
    AtomicLong rehearsed = new AtomicLong();
    gate.close(() -> rehearsed.set(steps.get()));
    long closed = steps.get();
    Thread.sleep(50); // nothing happens, so there is no condition to wait for

    assertThat(steps.get()).isEqualTo(closed).isEqualTo(rehearsed.get());
    gate.open();
    awaitSteps();
  }

  @Test
  void itClosesAgain() throws Exception {
    for (int i = 0; i < 3; i++) {
      gate.close(() -> {});
      gate.open();
      gate.release();
      awaitSteps();
    }
  }

  @Test
  void aFailedRehearsalLeavesItOpen() throws Exception {
    Failure failure = new Failure("checkpoint failed", "no luck", "try again");

    assertThatThrownBy(
            () ->
                gate.close(
                    () -> {
                      throw failure;
                    }))
        .isSameAs(failure);
    awaitSteps();
  }

  @Test
  void aLockOfAStoppedThreadIsNamed() throws Exception {
    Object lock = new Object();
    Thread keeper = new Thread(() -> keep(lock), "keeper");
    keeper.setDaemon(true);
    keeper.start();
    Await.until("the keeper", () -> keeper.getState() == Thread.State.TIMED_WAITING);

    assertThatThrownBy(() -> gate.close(() -> touch(lock)))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("(java.lang.Object@")
        .hasMessageContaining(", thread \"keeper\")");
    awaitSteps();
  }

  @Test
  void theLastWorkIsDoneWhileNoThreadMakesAStep() throws Exception {
    gate.close(() -> {});
    long closed = steps.get();
    AtomicLong seen = new AtomicLong();

    gate.finish(
        () -> {
          Thread.sleep(200); // nothing happens, so there is no condition to wait for
          seen.set(steps.get());
        });

    assertThat(seen.get()).isEqualTo(closed);
    awaitSteps();
  }

  @Test
  void theLastWorkMayNeedWhatAStoppedThreadHas() throws Exception {
    Object lock = new Lock(); // one of the JDK's would keep the gate from closing calmly
    AtomicBoolean isFree = new AtomicBoolean();
    CountDownLatch hasLock = new CountDownLatch(1);
    Thread keeper =
        new Thread(
            () -> {
              synchronized (lock) {
                hasLock.countDown();
                while (!isFree.get()) {
                  steps.incrementAndGet();
                }
              }
            },
            "keeper");
    keeper.setDaemon(true);
    keeper.start();
    hasLock.await();
    gate.close(() -> {});
    isFree.set(true);

    gate.finish(() -> touch(lock));

    awaitSteps();
  }

  @Test
  void aNewThreadLetsTheOthersGo() throws Exception {
    gate.close(() -> {});
    long closed = steps.get();

    gate.finish(
        () -> {
          Thread thread = new Thread(this::awaitEnd);
          thread.setDaemon(true);
          thread.start();
          Await.until("a step", () -> steps.get() > closed);
        });

    assertThat(steps.get()).isGreaterThan(closed);
  }

  @Test
  void failureOfTheLastWorkLetsThemGo() throws Exception {
    Failure failure = new Failure("checkpoint failed", "no luck", "try again");
    gate.close(() -> {});

    assertThatThrownBy(
            () ->
                gate.finish(
                    () -> {
                      throw failure;
                    }))
        .isSameAs(failure);
    awaitSteps();
  }

  @Test
  void interruptIsOneOfTheLastWorks() throws Exception {
    gate.close(() -> {});
    Thread.currentThread().interrupt();

    // Only an interrupt ends this work.
    assertThatThrownBy(() -> gate.finish(() -> new CountDownLatch(1).await()))
        .isInstanceOf(InterruptedException.class);
    awaitSteps();
  }

  private void keep(Object lock) {
    synchronized (lock) {
      awaitEnd();
    }
  }

  private void awaitEnd() {
    Await.until("the end of the test", isOver::get);
  }

  private static void touch(Object lock) {
    synchronized (lock) {
      lock.notifyAll();
    }
  }
}
