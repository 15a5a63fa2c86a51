package crjvm.it.image;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Http;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.ProcFile;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import crjvm.it.matrix.OnEachJdk;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Images for other CPUs, made with {@code portable=}, and the effects of this option on the JVM.
 */
@BesideOthers
@Tag("variant")
class PortableIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();

  @OnEachJdk
  @Tag("core")
  void imageNeedsNoMoreThanItsLevel(Jdk jdk) throws Exception {
    TestJvm jvm =
        new TestJvm(BENCH, jdk.require())
            .withAllCompilers()
            .vm("-Dgreeting=two words")
            .arguments("a b", "");
    Checkpoint checkpoint = jvm.checkpoint("portable=v2,at=http:" + jvm.url());

    List<String> manifest = Files.readAllLines(jvm.image().resolve("manifest"));
    assertThat(manifest)
        .contains("portable=v2", "cpu-features=" + "pni ssse3 cx16 sse4_1 sse4_2 popcnt lahf_lm");
    // The normal start may use the whole CPU, and has the user's own options.
    assertThat(manifest).contains("command.vm=-Dgreeting=two words", "command.argument=a b");
    assertThat(manifest).noneMatch(line -> line.contains("crjvm.portable"));
    assertThat(manifest).noneMatch(line -> line.contains("UseAVX"));
    assertThat(manifest).noneMatch(line -> line.contains("UnlockDiagnostic"));

    RunningProcess restored = checkpoint.restore();
    assertThat(Http.ask(jvm.port(), "/property?name=greeting")).isEqualTo("two words");
    assertThat(Http.ask(jvm.port(), "/args")).isEqualTo("--port " + jvm.port() + " a b ");
    assertThat(Http.ask(jvm.port(), "/env?name=GLIBC_TUNABLES")).isEqualTo("null");
    assertThat(restored.terminate()).isEqualTo(143);
  }

  @OnEachJdk
  void restartKeepsProcessStreamsAndTunables(Jdk jdk) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, jdk.require()).withAllCompilers();
    RunningProcess process =
        jvm.command("image=" + jvm.image() + ",portable=v3,at=api")
            .with("GLIBC_TUNABLES", "glibc.malloc.arena_max=2:glibc.cpu.hwcaps=-ERMS")
            .start("restart");
    process.awaitError("starting the JVM again");
    Http.awaitAnswer(process, jvm.port(), "/");
    String tunables = Http.ask(jvm.port(), "/env?name=GLIBC_TUNABLES");
    assertThat(tunables).startsWith("glibc.malloc.arena_max=2:glibc.cpu.hwcaps=-ERMS,-AVX512F,");
    assertThat(Http.ask(jvm.port(), "/pid")).contains(Long.toString(process.pid()));
    assertThat(Files.readString(ProcFile.of(process.pid(), "status")))
        .containsPattern("SigBlk:\\s+0{16}\n");
    // Nothing is left of the earlier JVM: every file is open once. libffi, in JNA's library, keeps
    // that library open for its trampolines.
    assertThat(ProcFile.descriptors(process.pid()))
        .noneMatch(target -> target.contains("libjvm"))
        .noneMatch(target -> target.matches(".*(?<!/crjvm-\\d{1,9}-\\d{1,19}\\.so) \\(deleted\\)"))
        .filteredOn(target -> target.endsWith("/lib/modules") || target.contains("crjvm"))
        .map(target -> target.replaceAll("crjvm-\\d+-\\d+\\.so", "library"))
        .contains(BENCH.agent().toString())
        .doesNotHaveDuplicates();
    assertThat(process.terminate()).isEqualTo(143);
    assertThat(process.stdout()).contains("test application: listening");
    assertThat(process.stderr().lines().filter(line -> line.contains("again"))).hasSize(1);
  }

  @Test
  void optionThatAsksForMoreIsOneLineAndNoLoop() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any()).withAllCompilers().vm("-XX:UseAVX=1");
    RunningProcess process =
        jvm.command("image=" + jvm.image() + ",portable=v2,at=port:" + jvm.port()).start("more");
    process.awaitError(
        "no checkpoint will be made: portable=v2: the JVM runs without -XX:UseAVX=0");
    Http.awaitAnswer(process, jvm.port(), "/");
    assertThat(process.terminate()).isEqualTo(143);
    assertThat(process.stderr().lines()).hasSize(2);
  }

  @Test
  void unknownLevelIsOneLine() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any()).withAllCompilers();
    RunningProcess process =
        jvm.command("image=" + jvm.image() + ",portable=v5,at=port:" + jvm.port()).start("v5");
    process.awaitError("the option \"portable\" can't be \"v5\"; use v2 or v3");
    assertThat(process.terminate()).isEqualTo(143);
  }
}
