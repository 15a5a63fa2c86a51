package crjvm.agent.os.jdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Tests of listings in the form of JDK 17 and 25. */
class CompileQueueTest {
  private static final String IDLE =
      "Current compiles: \n\nC1 compile queue:\nEmpty\n\nC2 compile queue:\nEmpty\n\n";

  @Test
  void emptyQueuesAreIdle() {
    assertThat(CompileQueue.isBusy(IDLE)).isFalse();
  }

  @Test
  void aRunningCompilationIsBusy() {
    String running =
        "C2 CompilerThread0  1297       4       java.util.HashMap::putVal (300 bytes)\n";

    assertThat(
            CompileQueue.isBusy(
                IDLE.replace("Current compiles: \n", "Current compiles: \n" + running)))
        .isTrue();
  }

  @Test
  void aWaitingCompilationIsBusy() {
    String waiting = "C2 compile queue:\n1270       4       java.util.HashMap::put (13 bytes)\n";

    assertThat(CompileQueue.isBusy(IDLE.replace("C2 compile queue:\nEmpty\n", waiting))).isTrue();
  }

  @Test
  void onlyWhatIsAboveTheQueuesRuns() {
    String running = "C2 CompilerThread0  1297       4       java.util.HashMap::putVal (300 bytes)";
    String waiting = "C2 compile queue:\n1270       4       java.util.HashMap::put (13 bytes)\n";
    String listing =
        IDLE.replace("Current compiles: \n", "Current compiles: \n" + running + "\n")
            .replace("C2 compile queue:\nEmpty\n", waiting);

    assertThat(CompileQueue.running(listing)).containsExactly(running);
    assertThat(CompileQueue.running(IDLE)).isEmpty();
  }

  @Test
  void anotherListingIsNotTakenForAnIdleOne() {
    assertThatThrownBy(() -> CompileQueue.running("Unknown diagnostic command\n"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
