package crjvm.agent.restore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RestorePhasesTest {
  @Test
  void lineHasTheSumAndThePhases() {
    RestorePhases phases = new RestorePhases(14_449_999, 950_500, 49_999, 0).withCallbacks(200_000);

    assertThat(phases.line())
        .isEqualTo(
            "restore: restored in 15.651 ms: restorer 14.450 ms, steps 0.951 ms, gate 0.050 ms,"
                + " callbacks 0.200 ms");
  }

  @Test
  void timeOfARestoreIsThatOfTheRestorer() {
    // The restorer uses the machine's clock, and the JVM's clock continues from the checkpoint.
    long offset = 5_000_000_000L;
    long started = System.nanoTime() - 3_000_000_000L - offset;
    RestoreTime time =
        RestoreTime.of(
            new RestoreMessage(
                Map.of("started", Long.toString(started), "offset", Long.toString(offset)),
                List.of(),
                List.of(),
                List.of()));

    assertThat(time.nanos()).isEqualTo(started + offset);
    assertThat(time.millis()).isLessThanOrEqualTo(System.currentTimeMillis() - 3_000);
  }
}
