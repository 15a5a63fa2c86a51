package crjvm.it.framework;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Await;
import crjvm.it.bench.ClockOffset;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Checks of the parts of a framework's application that use the clock: a cache, and a task at a
 * fixed rate.
 */
final class TimeChecks {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final List<ClockOffset> CLOCKS =
      List.of(ClockOffset.MINUS_200_SECONDS, ClockOffset.PLUS_AN_HOUR);

  /** The period of the application's task. */
  private static final long PERIOD_MS = 20;

  /** The runs of an hour. A task would make up for them if its clock had leapt. */
  private static final long BURST = TimeUnit.HOURS.toMillis(1) / PERIOD_MS;

  /** The maximum size of the application's cache. */
  private static final String MAXIMUM = "50";

  private TimeChecks() {}

  /**
   * Checks that the cache loads expired entries again, refreshes old ones, and evicts entries that
   * do not fit. An answer is the number of the load that it comes from.
   */
  static void cacheWorks(FrameworkProcess process) throws Exception {
    for (String cache : List.of("passing", "refreshed")) {
      String path = "/price?cache=" + cache + "&article=tea";
      String first = process.ask(path);
      Await.until(
          LIMIT,
          "another answer to " + path,
          () -> !process.ask(path).equals(first),
          process.process()::describe);
    }
    assertThat(process.ask("/fill?articles=500")).isEqualTo(MAXIMUM);
  }

  static void taskGoesOn(FrameworkProcess process) throws Exception {
    long first = beats(process);
    Await.until(
        LIMIT, "runs of the task", () -> beats(process) > first + 5, process.process()::describe);
    assertThat(beats(process)).isLessThan(BURST);
  }

  private static long beats(FrameworkProcess process) throws IOException {
    return Long.parseLong(process.ask("/beats"));
  }

  /**
   * Repeats the check on machines whose clocks are behind and ahead. An entry that had time left is
   * still there.
   */
  static void clocksGoOn(MoreCopies copies) throws Exception {
    for (ClockOffset clock : CLOCKS) {
      clock.require();
      FrameworkProcess copy = copies.restore(clock, copies.folder());
      assertThat(copy.ask("/price?cache=lasting&article=tea")).as(clock.name()).isEqualTo("1");
      cacheWorks(copy);
      taskGoesOn(copy);
      copy.process().process().children().forEach(ProcessHandle::destroy);
      assertThat(copy.process().awaitExit()).as(copy.process()::describe).isEqualTo(143);
    }
  }
}
