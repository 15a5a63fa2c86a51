package crjvm.it.restore;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.OnEachJdk;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The agent's own work in a restored process: its cost, and its report of that cost. */
@Tag("core")
class WakingIT {
  private static final Pattern LINE =
      Pattern.compile("crjvm: restore: ([a-zA-Z ]+): ([0-9]+)\\.([0-9]{3}) ms(: .*)?");
  private static final Pattern PHASE = Pattern.compile("([0-9]+)\\.([0-9]{3}) ms");

  @RegisterExtension static final Workbench BENCH = new Workbench();

  /** Restores with a log of class loading, which goes to the stream of the agent's lines. */
  private static RunningProcess restore(Jdk jdk) throws Exception {
    Checkpoint checkpoint =
        new TestJvm(BENCH, jdk.require())
            .vm("-Xlog:class+load:stderr")
            .main("-cp", BENCH.application().toString(), "crjvm.it.app.WakeApplication")
            .checkpoint("at=api,quiet=off");
    RunningProcess restored =
        checkpoint.command("--no-fallback", "--verbose").with("CRJVM_IT_NEW", "1").start("restore");
    restored.awaitError("crjvm: restore: restored in ");
    return restored;
  }

  @OnEachJdk
  void everythingIsLoadedBeforeTheDumpAndEveryPhaseIsTold(Jdk jdk) throws Exception {
    RunningProcess restored = restore(jdk);
    String text = restored.stderr();

    // Only this work runs until the gate opens, and the lines come right after it.
    assertThat(text.substring(0, text.indexOf("crjvm: restore: "))).doesNotContain("[class,load]");

    List<String> names = new ArrayList<>();
    List<Long> micros = new ArrayList<>();
    for (String line : text.lines().toList()) {
      Matcher matcher = LINE.matcher(line);
      if (matcher.matches()) {
        names.add(matcher.group(1));
        micros.add(micros(matcher.group(2), matcher.group(3)));
      }
    }
    assertThat(names)
        .containsExactly(
            "restorer",
            "message",
            "randomness",
            "environment",
            "working directory",
            "process id",
            "user",
            "kind of start",
            "start time",
            "system properties",
            "ports",
            "memory",
            "VM options",
            "processors",
            "time zone",
            "locale",
            "host names",
            "timers",
            "cron",
            "identity",
            "arguments",
            "gate");
    String total =
        text.lines().filter(l -> l.startsWith("crjvm: restore: restored in ")).findFirst().get();
    List<Long> phases = new ArrayList<>();
    for (Matcher phase = PHASE.matcher(total); phase.find(); ) {
      phases.add(micros(phase.group(1), phase.group(2)));
    }
    int last = micros.size() - 1;
    long steps = micros.subList(1, last).stream().mapToLong(Long::longValue).sum();
    assertThat(phases).hasSize(5);
    assertThat(phases.get(0)).isEqualTo(phases.subList(1, 5).stream().mapToLong(p -> p).sum());
    assertThat(phases.get(1)).isEqualTo(micros.get(0));
    // The times are rounded.
    assertThat(steps).isBetween(phases.get(2) - last, phases.get(2) + last);
    assertThat(phases.get(3)).isEqualTo(micros.get(last));
    assertThat(restored.terminate()).isEqualTo(143);
  }

  private static long micros(String millis, String rest) {
    return Long.parseLong(millis) * 1000 + Long.parseLong(rest);
  }
}
