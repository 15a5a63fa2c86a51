package crjvm.it.image;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Command;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.ProcFile;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The agent may map malloc's memory from the image, and malloc has to be able to do everything with
 * that memory. With another malloc than the C library's, nothing may be mapped.
 */
@Tag("variant")
class AllocatorIT {
  private static final Path JEMALLOC = Path.of("/usr/lib/x86_64-linux-gnu/libjemalloc.so.2");

  @RegisterExtension static final Workbench BENCH = new Workbench();

  @Test
  void jemallocManagesItsMemoryAfterARestore() throws Exception {
    Requirement.need(
        Files.exists(JEMALLOC), "\"" + JEMALLOC + "\" is missing; install libjemalloc2");
    TestJvm jvm = new TestJvm(BENCH, Jdk.any()).withExercises();
    String url = jvm.url();
    String warmUp = url + "exercise?name=reallocations*3;" + url + "exercise?name=buffers*2";
    Command command =
        jvm.command("image=" + jvm.image() + ",at=http:" + url + ",warmup=" + warmUp)
            .with("LD_PRELOAD", JEMALLOC.toString());
    Checkpoint checkpoint = jvm.checkpoint(command.start("checkpoint"));
    assertThat(checkpoint.inspected()).doesNotContain("malloc arenas");

    RunningProcess restored = checkpoint.restore();
    assertThat(Files.readAllLines(ProcFile.of(restored.pid(), "maps")))
        .anyMatch(line -> line.endsWith(JEMALLOC.getFileName().toString()));
    Stress.run(checkpoint, restored, Duration.ZERO);
    assertThat(restored.terminate()).isEqualTo(143);
  }

  /**
   * Uses two arenas for all threads, so that half of the threads use the main one, which lies in
   * the brk heap.
   */
  @ParameterizedTest
  @MethodSource("crjvm.it.bench.Jdk#all")
  void theMainArenaIsMapped_AndGrowsAndShrinks(Jdk jdk) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, jdk).withExercises();
    String url = jvm.url();
    String warmUp = url + "exercise?name=reallocations*3;" + url + "exercise?name=native-code*2";
    Command command =
        jvm.command("image=" + jvm.image() + ",at=http:" + url + ",warmup=" + warmUp)
            .with("GLIBC_TUNABLES", "glibc.malloc.arena_max=2");
    Checkpoint checkpoint = jvm.checkpoint(command.start("checkpoint"));
    assertThat(checkpoint.inspected())
        .containsPattern("\\nmalloc \\(brk\\) +\\d+ +[1-9]\\d* +0 +\\d+\\n");

    RunningProcess restored = checkpoint.restore();
    Stress.run(checkpoint, restored, Duration.ZERO);
    assertThat(restored.terminate()).isEqualTo(143);
  }
}
