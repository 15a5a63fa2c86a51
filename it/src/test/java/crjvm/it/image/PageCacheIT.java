package crjvm.it.image;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Await;
import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Command;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.ProcFile;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.OnEachJdk;
import java.io.IOException;
import java.nio.file.Files;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A start whose image is not in the page cache reads the pages that the first requests need. */
@Tag("variant")
class PageCacheIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static final String AHEAD = "crjvm: the image is not in the page cache: ";
  private static final Pattern READ = Pattern.compile("read_bytes: (\\d+)");

  @OnEachJdk
  void aColdStartReadsLess(Jdk jdk) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, jdk);
    String url = jvm.url();
    Checkpoint checkpoint =
        jvm.checkpoint("at=http:" + url + ",warmup=" + url + "count*20,train=off");

    dropFromPageCache(checkpoint);
    RunningProcess untrained = start(checkpoint);
    long before = bytesRead(untrained);
    assertThat(untrained.stderr()).doesNotContain(AHEAD);
    assertThat(untrained.terminate()).isEqualTo(143);

    checkpoint.recordWorkingSet();
    dropFromPageCache(checkpoint);
    RunningProcess cold = start(checkpoint);
    assertThat(cold.stderr()).contains(AHEAD);
    assertThat(bytesRead(cold)).isPositive().isLessThan(before * 3 / 4);
    assertThat(cold.terminate()).isEqualTo(143);

    RunningProcess warm = start(checkpoint);
    assertThat(warm.stderr()).doesNotContain(AHEAD);
    assertThat(warm.terminate()).isEqualTo(143);
  }

  /** One of the two trial restores begins without the image in the page cache. */
  @OnEachJdk
  void theFirstStartIsNotCold(Jdk jdk) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, jdk);
    String url = jvm.url();
    Checkpoint checkpoint = jvm.checkpoint("at=http:" + url + ",warmup=" + url + "count*20");
    RunningProcess first = start(checkpoint);
    assertThat(first.stderr()).doesNotContain(AHEAD);
    long read = bytesRead(first);
    assertThat(first.terminate()).isEqualTo(143);

    dropFromPageCache(checkpoint);
    RunningProcess cold = start(checkpoint);
    assertThat(read).isLessThan(bytesRead(cold) / 10);
    assertThat(cold.terminate()).isEqualTo(143);
  }

  /** Starts a copy that has answered a request. */
  private static RunningProcess start(Checkpoint checkpoint) throws Exception {
    RunningProcess copy = checkpoint.command("--no-fallback", "--verbose").start("copy");
    Await.until(
        RunningProcess.LIMIT,
        "the end of the restore work",
        () -> copy.stderr().contains("crjvm: restore: restored in"),
        copy::describe);
    assertThat(checkpoint.ask("/count")).isEqualTo("21"); // The warm-up made 20 requests.
    return copy;
  }

  private static void dropFromPageCache(Checkpoint checkpoint) throws Exception {
    RunningProcess drop =
        new Command(BENCH, checkpoint.jvm().folder())
            .add("dd", "if=" + checkpoint.image().resolve("memory"), "iflag=nocache", "count=0")
            .run("drop");
    assertThat(drop.awaitExit()).as(drop::describe).isZero();
  }

  /** Returns the bytes that the process has had read from disks. */
  private static long bytesRead(RunningProcess process) throws IOException {
    String text = Files.readString(ProcFile.of(process.pid(), "io"));
    Matcher matcher = READ.matcher(text);
    assertThat(matcher.find()).as(text).isTrue();
    return Long.parseLong(matcher.group(1));
  }
}
