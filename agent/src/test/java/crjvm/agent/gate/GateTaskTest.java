package crjvm.agent.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class GateTaskTest {
  private static final Duration LIMIT = Duration.ofMillis(500);

  private static void compute(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }

  @Test
  void workThatGoesOnGetsMoreTime() throws Exception {
    GateTask task = new GateTask("computes", () -> compute(LIMIT.multipliedBy(2)));

    assertThat(task.run(LIMIT)).isEmpty();
  }

  /** On a busy machine the thread may be an obstacle, but then its place is known. */
  @Test
  void workThatEndsAtTheLimitIsNoObstacle() throws Exception {
    Duration limit = Duration.ofMillis(50);
    for (int i = 0; i < 40; i++) {
      Duration time = limit.plusNanos(i * 2000);
      GateTask task = new GateTask("ends", () -> compute(time));

      assertThat(task.run(limit)).isNotEqualTo(Optional.of("not known"));
    }
  }

  @Test
  void workThatWaitsIsStuck() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    GateTask task = new GateTask("waits", never::await);

    assertThat(task.run(LIMIT))
        .hasValueSatisfying(lock -> assertThat(lock).contains("CountDownLatch"));
    task.interrupt();
    assertThat(task.awaitEnd(Duration.ofSeconds(30))).isTrue();
  }

  @Test
  void workThatNeverEndsIsStuck() throws Exception {
    boolean[] isEnded = new boolean[1];
    GateTask task =
        new GateTask(
            "turns",
            () -> {
              while (!Thread.interrupted()) {
                Thread.onSpinWait();
              }
              isEnded[0] = true;
            });

    assertThat(task.run(LIMIT)).hasValueSatisfying(lock -> assertThat(lock).startsWith("in "));
    task.interrupt();
    assertThat(task.awaitEnd(Duration.ofSeconds(30))).isTrue();
    assertThat(isEnded[0]).isTrue();
  }
}
