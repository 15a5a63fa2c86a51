package crjvm.agent.warmup;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class QuietPeriodTest {
  @Test
  void aQuietJvmIsQuietSoon() throws InterruptedException {
    assertThat(
            new QuietPeriod(() -> 0, () -> 0, () -> false, () -> 0).await(Duration.ofSeconds(20)))
        .isTrue();
  }

  @Test
  void aBusyJvmIsNotWaitedForWithoutLimit() throws InterruptedException {
    AtomicLong compilation = new AtomicLong();

    assertThat(
            new QuietPeriod(() -> compilation.addAndGet(100), () -> 0, () -> false, () -> 0)
                .await(Duration.ofMillis(800)))
        .isFalse();
  }

  @Test
  void classLoadingCountsToo() throws InterruptedException {
    AtomicLong classes = new AtomicLong();

    assertThat(
            new QuietPeriod(() -> 0, () -> classes.addAndGet(10), () -> false, () -> 0)
                .await(Duration.ofMillis(800)))
        .isFalse();
  }

  @Test
  void aCompilationThatWaitsCountsToo() throws InterruptedException {
    assertThat(new QuietPeriod(() -> 0, () -> 0, () -> true, () -> 0).await(Duration.ofMillis(800)))
        .isFalse();
  }

  @Test
  void aMainThreadAtWorkCountsToo() throws InterruptedException {
    AtomicLong main = new AtomicLong();

    assertThat(
            new QuietPeriod(() -> 0, () -> 0, () -> false, () -> main.addAndGet(50_000_000))
                .await(Duration.ofMillis(800)))
        .isFalse();
  }

  @Test
  void aMainThreadThatHasEndedIsQuiet() throws InterruptedException {
    assertThat(
            new QuietPeriod(() -> 0, () -> 0, () -> false, () -> -1).await(Duration.ofSeconds(20)))
        .isTrue();
  }
}
