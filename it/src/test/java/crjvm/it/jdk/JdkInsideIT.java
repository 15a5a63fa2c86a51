package crjvm.it.jdk;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Http;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * JDKs without some of the internals that crjvm uses. Each missing piece costs only the feature
 * that needs it, and one line says so. The application's native access stays the JDK's matter.
 */
@Tag("jdk")
class JdkInsideIT {
  private static final String ZONE = "Asia/Tokyo";
  private static final List<String> WARM = List.of("-Xshare:auto", "-Djava.locale.providers=CLDR");

  @RegisterExtension static final Workbench BENCH = new Workbench();

  /** Returns two JDKs, because the internal classes differ between them. */
  static Stream<Jdk> oldestAndNewest() {
    return Stream.of(Jdk.any(), Jdk.newest()).distinct();
  }

  @ParameterizedTest
  @MethodSource("oldestAndNewest")
  void missingPiecesCostWhatTheyAreFor(Jdk jdk) throws Exception {
    AlteredJdk altered =
        new AlteredJdk(jdk, BENCH.newFolder("classes"))
            .retype(
                "java.base",
                "getSystemTimeZoneID",
                "(Ljava/lang/Object;)Ljava/lang/String;",
                "java.util.TimeZone")
            .rename("java.base", "cachedLocalHost", "java.net.InetAddress")
            .rename("java.base", "this$0", "java.nio.channels.spi.AbstractSelector$1")
            .rename(
                "java.management",
                "getMap",
                "java.lang.management.ManagementFactory$PlatformMBeanFinder",
                "java.lang.management.ManagementFactory");
    TestJvm jvm = new TestJvm(BENCH, jdk).vm(altered.options()).vm(WARM);
    // Without the step, only a time zone that was used before stays that of the checkpoint.
    Checkpoint checkpoint = jvm.checkpoint("train=off,at=http:" + jvm.url() + "zone");

    String finder = "java.lang.management.ManagementFactory$PlatformMBeanFinder.getMap";
    assertThat(lacks(checkpoint.process()))
        .containsExactlyInAnyOrder(
            line(jdk, finder, "there is no management bean that tells of restores (CRaCMXBean)"),
            line(
                jdk,
                "java.util.TimeZone.getSystemTimeZoneID",
                "restored processes keep the time zone of the checkpoint"),
            line(
                jdk,
                "java.net.InetAddress.cachedLocalHost",
                "restored processes keep the host names that were looked up before the checkpoint"),
            line(
                jdk,
                "java.nio.channels.spi.AbstractSelector$1.this$0",
                "sockets that --listen moves go on telling their old ports"));

    RunningProcess process =
        checkpoint.await(
            checkpoint
                .command("--no-fallback", "-Dcrjvm.test=5", "--", "a", "b")
                .with("TZ", ZONE)
                .with("LC_ALL", "C")
                .with("NEW", "1")
                .start("restore"));
    assertThat(checkpoint.ask("/zone")).isNotEqualTo(ZONE);
    assertThat(checkpoint.ask("/env?name=NEW")).isEqualTo("1");
    assertThat(checkpoint.ask("/env?name=TZ")).isEqualTo(ZONE);
    assertThat(checkpoint.ask("/property?name=crjvm.test")).isEqualTo("5");
    assertThat(checkpoint.ask("/property?name=crjvm.args.count")).isEqualTo("2");
    assertThat(checkpoint.askLines("/pid"))
        .allSatisfy(pid -> assertThat(pid).isEqualTo(Long.toString(process.pid())));
    assertThat(process.messages())
        .as(process::describe)
        .containsExactly(
            "crjvm: the arguments differ from the checkpoint's, and the application has read them"
                + " before it");
    assertThat(process.terminate()).isEqualTo(143);
  }

  private static List<String> lacks(RunningProcess process) {
    return process.messages().stream().filter(line -> line.contains(" lacks ")).toList();
  }

  private static String line(Jdk jdk, String piece, String cost) {
    return "crjvm: this JDK (" + jdk.major() + ") lacks " + piece + ": " + cost;
  }

  @ParameterizedTest
  @MethodSource("oldestAndNewest")
  void withoutPiecesThatARestoreNeedsThereIsNoImage(Jdk jdk) throws Exception {
    AlteredJdk altered =
        new AlteredJdk(jdk, BENCH.newFolder("classes"))
            .rename("java.base", "theEnvironment", "java.lang.ProcessEnvironment");
    TestJvm jvm = new TestJvm(BENCH, jdk).vm(altered.options()).vm(WARM);
    RunningProcess process = jvm.start("train=off,at=http:" + jvm.url());

    process.awaitError("checkpoint failed");
    assertThat(process.messages())
        .endsWith(
            "crjvm: checkpoint failed: this JDK ("
                + jdk.major()
                + ") lacks java.lang.ProcessEnvironment.theEnvironment, and restored processes"
                + " would see the environment of the checkpoint; use a JDK that"
                + " docs/compatibility.md lists");
    assertThat(jvm.image()).doesNotExist();
    assertThat(Http.ask(jvm.port(), "/env?name=LANG")).isEqualTo("C.UTF-8");
    assertThat(process.terminate()).isEqualTo(143);
  }

  /**
   * Checks that the application gets no native access from crjvm. Only JDK 24 and later can deny
   * it.
   */
  @Test
  void theApplicationHasNoNativeAccessOfOurs() throws Exception {
    Jdk jdk = Jdk.newest();
    String load = "/load?file=" + BENCH.nativeLibrary(jdk);
    TestJvm jvm = new TestJvm(BENCH, jdk).vm("--illegal-native-access=deny");
    Checkpoint checkpoint = jvm.checkpoint("train=off,at=http:" + jvm.url());
    assertThat(checkpoint.process().stderr()).doesNotContain("WARNING");

    RunningProcess process = checkpoint.restore();
    assertThat(checkpoint.ask(load)).contains("IllegalCallerException");
    assertThat(process.stderr()).isEmpty();
    assertThat(process.terminate()).isEqualTo(143);
  }

  @Test
  void theJdkGoesOnWarningOfNativeAccess() throws Exception {
    Jdk jdk = Jdk.newest();
    String load = "/load?file=" + BENCH.nativeLibrary(jdk);
    TestJvm jvm = new TestJvm(BENCH, jdk);
    Checkpoint checkpoint = jvm.checkpoint("train=off,at=http:" + jvm.url());
    assertThat(checkpoint.process().stderr()).doesNotContain("WARNING");

    RunningProcess process = checkpoint.restore();
    assertThat(checkpoint.ask(load)).isEqualTo("loaded");
    assertThat(process.stderr())
        .contains("WARNING: java.lang.System::load has been called by crjvm.it.app.")
        .doesNotContain("crjvm.jna", "crjvm.agent");
    assertThat(process.terminate()).isEqualTo(143);
  }
}
