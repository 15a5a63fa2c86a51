package crjvm.it.security;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Await;
import crjvm.it.bench.CapabilityWatch;
import crjvm.it.bench.Command;
import crjvm.it.bench.Engine;
import crjvm.it.bench.ProcFile;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.Workbench;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A call of the installed helper by the ordinary user, in any way, which is watched meanwhile. Only
 * the helper and criu may get a capability, and only the one that the helper's file has.
 */
final class HelperCall {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Workbench bench;
  private final Path images;
  private final List<String> ways = new ArrayList<>();
  private final List<String> environment = new ArrayList<>();

  /** The result of a call. */
  record Outcome(RunningProcess process, int status, String reports) {
    /**
     * Checks that there is one line with the reason, from the helper or from the program that could
     * not start it.
     */
    void assertRefused(String line) {
      assertThat(status).as(process::describe).isNotZero();
      assertThat(process.stderr()).as(process::describe).isEqualTo("crjvm: " + line + "\n");
      assertThat(process.stdout()).isEmpty();
      assertThat(reports).isEmpty();
    }

    void assertReported(String line) {
      assertThat(process.stderr()).as(process::describe).isEmpty();
      assertThat(status).as(process::describe).isZero();
      assertThat(reports).as(process::describe).isEqualTo(line + "\n");
    }

    /**
     * Checks that the output is one line of printable text, whether the helper worked or refused.
     */
    void assertOneLine() {
      String said = process.stderr() + reports;
      assertThat(said.lines()).as(process::describe).hasSize(1);
      assertThat(said.strip()).matches("[ -~]+");
    }
  }

  HelperCall(Workbench bench, Path images) {
    this.bench = bench;
    this.images = images;
  }

  /** Adds a way of caller.c. */
  HelperCall way(String... more) {
    ways.addAll(List.of(more));
    return this;
  }

  /**
   * Sets a variable for the helper only, not for the program that makes the caller the ordinary
   * user.
   */
  HelperCall with(String variable, Object value) {
    environment.add(variable + "=" + value);
    return this;
  }

  Outcome dump(Victim victim) throws Exception {
    return dump(victim, images);
  }

  Outcome dump(Victim victim, Path folder) throws Exception {
    return run(
        victim,
        "--pid",
        Long.toString(victim.pid()),
        "--images",
        folder.toString(),
        "--report",
        Integer.toString(victim.report()),
        "--time-limit",
        "20");
  }

  /**
   * @param victim the process whose pipe may get the report
   */
  Outcome run(Victim victim, String... arguments) throws Exception {
    String before = victim.reports();
    RunningProcess process;
    try (CapabilityWatch watch = new CapabilityWatch(victim.pid())) {
      process =
          new Command(bench, Path.of("/"))
              .add(bench.program("caller"), ways, "--")
              .add(environment.isEmpty() ? List.of() : List.of("/usr/bin/env", environment))
              .add(Workbench.helper(), List.of(arguments))
              .run("helper");
      awaitEnd(victim, process);
      assertThat(watch.strangers()).as(process::describe).isEmpty();
    }
    return new Outcome(process, process.awaitExit(), victim.reports().substring(before.length()));
  }

  /** Waits for the end of the helper and criu, which go on in the background. */
  private static void awaitEnd(Victim victim, RunningProcess process) {
    Await.until(
        LIMIT,
        "the end of helper and criu",
        () -> ProcessHandle.allProcesses().noneMatch(each -> isAbout(victim, each.pid())),
        process::describe);
  }

  private static boolean isAbout(Victim victim, long pid) {
    List<String> words = List.of(ProcFile.commandLine(pid).split(" "));
    boolean isOne =
        words.get(0).equals(Engine.PROGRAM) || words.get(0).equals(Workbench.helper().toString());
    return isOne && words.contains(Long.toString(victim.pid()));
  }
}
