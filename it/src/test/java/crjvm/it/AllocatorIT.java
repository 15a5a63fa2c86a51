package crjvm.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A JVM with another malloc than the C library's: none of its memory may be mapped. */
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

    RunningProcess restored = checkpoint.restore();
    assertThat(Files.readAllLines(ProcFile.of(restored.pid(), "maps")))
        .anyMatch(line -> line.endsWith(JEMALLOC.getFileName().toString()));
    Stress.run(checkpoint, restored, Duration.ZERO);
    assertThat(restored.terminate()).isEqualTo(143);
  }
}
