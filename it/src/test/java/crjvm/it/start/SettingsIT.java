package crjvm.it.start;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Command;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import crjvm.it.matrix.OnEachJdk;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A start says so when its settings differ from those that the application has read, or becomes a
 * normal start.
 */
@BesideOthers
@Tag("variant")
class SettingsIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static final String END = " from the checkpoint's, and the application has read ";
  private static final String ONE = " differs" + END + "it before it";
  private static final String SEVERAL = " differ" + END + "them before it";

  private static final Map<String, String> VARIABLES =
      Map.of("APP_MODE", "one", "APP_LEVEL", "1", "APP_UNREAD", "1");

  private static Checkpoint checkpoint(Jdk jdk, String... arguments) throws Exception {
    TestJvm jvm =
        new TestJvm(BENCH, jdk.require())
            .main("-cp", BENCH.application().toString(), "crjvm.it.app.SettingsApplication")
            .withoutArguments()
            .vm("-Dapp.mode=one", "-Dapp.level=1")
            .arguments(arguments);
    Command command =
        jvm.command(
            "image=" + jvm.image() + ",quiet=off,at=method:crjvm.it.app.SettingsApplication#ready");
    VARIABLES.forEach(command::with);
    return jvm.checkpoint(command.start("checkpoint"));
  }

  /** Starts a copy with other settings, and waits for its messages and output. */
  private static RunningProcess start(
      Checkpoint checkpoint, Map<String, String> changes, Object... words) throws Exception {
    Command command = checkpoint.command(words);
    VARIABLES.forEach(command::with);
    changes.forEach(command::with);
    return command.run("start");
  }

  private static void assertSays(String line, RunningProcess process) throws Exception {
    assertThat(process.awaitExit()).as(process::describe).isZero();
    assertThat(process.messages()).containsExactly("crjvm: " + line);
  }

  private static void assertSilent(RunningProcess process) throws Exception {
    assertThat(process.awaitExit()).as(process::describe).isZero();
    assertThat(process.messages()).isEmpty();
  }

  @OnEachJdk
  @Tag("core")
  void whatWasReadIsNamed(Jdk jdk) throws Exception {
    Checkpoint checkpoint = checkpoint(jdk);
    assertSilent(start(checkpoint, Map.of()));
    assertSilent(start(checkpoint, Map.of("APP_UNREAD", "2", "LANG", "C.UTF-8", "OTHER", "x")));
    assertSilent(start(checkpoint, Map.of(), "-Dapp.mode=one", "-Dapp.other=1"));

    RunningProcess process = start(checkpoint, Map.of("APP_MODE", "two"));
    assertSays("APP_MODE" + ONE, process);
    assertThat(process.stdout()).as("who asks again gets it").isEqualTo("two one\n");
    assertSays("APP_LEVEL" + ONE, start(checkpoint, Map.of("APP_LEVEL", "2")));
    assertSays("APP_ABSENT" + ONE, start(checkpoint, Map.of("APP_ABSENT", "x")));
    assertSays("-Dapp.mode" + ONE, start(checkpoint, Map.of(), "-Dapp.mode=two"));
    assertSays("-Dapp.level" + ONE, start(checkpoint, Map.of(), "-Dapp.level"));
    assertSays("-Dapp.absent" + ONE, start(checkpoint, Map.of(), "-Dapp.absent=1"));
    assertSays(
        "JAVA_TOOL_OPTIONS" + ONE, start(checkpoint, Map.of("JAVA_TOOL_OPTIONS", "-Xmx64m")));
    assertSays("the arguments" + SEVERAL, start(checkpoint, Map.of(), "--", "more"));
    assertSays(
        "APP_MODE, -Dapp.level and the arguments" + SEVERAL,
        start(checkpoint, Map.of("APP_MODE", "two"), "-Dapp.level=2", "--", "more"));
  }

  @Test
  void whoLooksAtAllVariablesHasReadThem() throws Exception {
    Checkpoint checkpoint = checkpoint(Jdk.any(), "all");
    assertSilent(start(checkpoint, Map.of("TERM", "other", "SSH_CLIENT", "x")));
    assertSays("APP_UNREAD" + ONE, start(checkpoint, Map.of("APP_UNREAD", "2")));
    assertSays("OTHER" + ONE, start(checkpoint, Map.of("OTHER", "x")));
  }

  @Test
  @Tag("core")
  void aDifferenceThatIsToMatchMeansANormalStart() throws Exception {
    Checkpoint checkpoint = checkpoint(Jdk.any());
    String refused =
        "cannot restore \"%s\": \"%s\" differs from the checkpoint's, and %s names it (make an image"
            + " with it); starting the application normally";
    List<String> all = List.of("--match-environment", "APP_*", "--match-property", "app.*");
    for (Map<String, String> same : List.of(Map.<String, String>of(), Map.of("OTHER", "x"))) {
      assertSilent(start(checkpoint, same, all.toArray()));
    }
    RunningProcess process = start(checkpoint, Map.of("APP_UNREAD", "2"), all.toArray());
    assertSays(
        String.format(refused, checkpoint.image(), "APP_UNREAD", "--match-environment"), process);
    assertThat(process.stdout()).isEqualTo("read: 6\none one\n");
    process =
        start(
            checkpoint,
            Map.of(),
            "-Dapp.other=1",
            "--match-property",
            "x",
            "--match-property",
            "*");
    assertSays(
        String.format(refused, checkpoint.image(), "-Dapp.other", "--match-property"), process);
    process = start(checkpoint, Map.of("APP_NEW", ""), "--match-environment", "APP_NEW");
    assertSays(
        String.format(refused, checkpoint.image(), "APP_NEW", "--match-environment"), process);
  }

  /** A normal start has the settings that it is given. */
  @Test
  void aStartThatSomethingElsePreventsSaysOnlyThat() throws Exception {
    Checkpoint checkpoint = checkpoint(Jdk.any());
    Command command = checkpoint.command("--no-fallback", "--", "more").with("APP_MODE", "two");
    RunningProcess process = command.wrappedIn("prlimit", "--fsize=4096", "--").run("start");
    assertThat(process.awaitExit()).isEqualTo(124);
    assertThat(process.messages())
        .singleElement()
        .asString()
        .startsWith("crjvm: cannot restore \"%s\": ".formatted(checkpoint.image()))
        .contains("RLIMIT_FSIZE");
  }

  @Test
  void inspectNamesThem() throws Exception {
    Checkpoint checkpoint = checkpoint(Jdk.any());
    RunningProcess inspect =
        new Command(BENCH, checkpoint.jvm().folder())
            .add(BENCH.launcher(), "inspect", checkpoint.image())
            .run("inspect");
    assertThat(inspect.awaitExit()).as(inspect::describe).isZero();
    assertThat(inspect.stdout())
        .contains("  APP_LEVEL\n  APP_MODE\n", "  -Dapp.level\n  -Dapp.mode\n")
        .doesNotContain("APP_UNREAD");
  }
}
