package crjvm.agent.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WaitReportTest {
  private static boolean isReporting() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().equals("crjvm wait"));
  }

  @Test
  void itEndsDuringItsWorkWhateverBecomesOfAnInterrupt() throws Exception {
    WaitReport report = new WaitReport();
    CountDownLatch working = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    report.begin(
        () -> {
          working.countDown();
          while (ended.getCount() > 0 && !Thread.interrupted()) {
            Thread.onSpinWait();
          }
        },
        () -> "the test");
    working.await();
    Thread ending = new Thread(report::end);
    ending.setDaemon(true);
    ending.start();
    ended.countDown();
    ending.join();

    assertThat(isReporting()).isFalse();
  }

  @Test
  void itsWorkMayEndIt() throws Exception {
    WaitReport report = new WaitReport();
    CountDownLatch done = new CountDownLatch(1);
    report.begin(
        () -> {
          report.end();
          done.countDown();
        },
        () -> "the test");
    done.await();
    report.end();

    while (isReporting()) {
      Thread.onSpinWait();
    }
  }

  @Test
  void anEndMayComeBeforeTheBeginning() {
    WaitReport report = new WaitReport();
    report.end();
    report.begin(() -> "the test");

    assertThat(isReporting()).isFalse();
  }
}
