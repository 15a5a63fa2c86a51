package crjvm.it.security;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Await;
import crjvm.it.bench.Command;
import crjvm.it.bench.RunningProcess;
import java.io.IOException;

/** A process that only waits, with a pipe that a helper can report to. */
record Victim(RunningProcess process, int report) {
  public static Victim start(Command command) throws IOException {
    RunningProcess process = command.start("victim");
    Await.until(
        RunningProcess.LIMIT,
        "a victim",
        () -> !process.isAlive() || process.stdout().contains("\n"),
        process::describe);
    String[] words = process.stdout().strip().split(" ");
    Victim victim = new Victim(process, Integer.parseInt(words[1]));
    Await.until(
        RunningProcess.LIMIT,
        "a victim that waits",
        () -> process.status("State").startsWith("S") && victim.waits() > 0,
        process::describe);
    return victim;
  }

  long pid() {
    return process.pid();
  }

  /** How often it has begun to wait: once more for each time that somebody has stopped it. */
  long waits() throws IOException {
    return Long.parseLong(process.status("voluntary_ctxt_switches"));
  }

  /**
   * What helpers have reported. Whoever writes into the pipe wakes it; it waits again when it has
   * printed that.
   */
  String reports() {
    Await.until(
        RunningProcess.LIMIT,
        "a victim that has printed what was reported",
        () -> !process.isAlive() || process.status("State").startsWith("S"),
        process::describe);
    return process.stdout().lines().skip(1).reduce("", (all, line) -> all + line + "\n");
  }

  void assertRuns() throws IOException {
    assertThat(process.isAlive()).as(process::describe).isTrue();
    assertThat(process.status("State")).startsWith("S");
    assertThat(process.status("TracerPid")).isEqualTo("0");
  }
}
