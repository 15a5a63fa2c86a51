package crjvm.it.security;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Await;
import crjvm.it.bench.Command;
import crjvm.it.bench.RunningProcess;
import java.io.IOException;

/** A process that only waits, with a pipe to which a helper can report. */
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

  /** Returns how often the process has begun to wait. Each time that somebody stops it adds one. */
  long waits() throws IOException {
    return Long.parseLong(process.status("voluntary_ctxt_switches"));
  }

  /**
   * Returns the reports of helpers. A write into the pipe wakes the process, which prints the text
   * and waits again.
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
