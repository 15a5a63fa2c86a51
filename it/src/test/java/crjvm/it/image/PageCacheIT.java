package crjvm.it.image;

import static org.assertj.core.api.Assertions.assertThat;

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

  /** The number of images of which one must be in the page cache. */
  private static final int ATTEMPTS = 3;

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

    RunningProcess holder = hold(checkpoint);
    RunningProcess warm = start(checkpoint);
    assertThat(warm.stderr()).doesNotContain(AHEAD);
    assertThat(warm.terminate()).isEqualTo(143);
    holder.kill();
  }

  /** One of the two trial restores begins without the image in the page cache. */
  @OnEachJdk
  void theFirstStartIsNotCold(Jdk jdk) throws Exception {
    Checkpoint checkpoint = image(jdk);
    RunningProcess holder = hold(checkpoint);
    for (int i = 1; i < ATTEMPTS && !isCached(holder); i++) {
      holder.kill();
      checkpoint = image(jdk);
      holder = hold(checkpoint);
    }
    assertThat(isCached(holder)).as(holder::describe).isTrue();

    RunningProcess first = start(checkpoint);
    assertThat(first.stderr()).doesNotContain(AHEAD);
    long read = bytesRead(first);
    assertThat(first.terminate()).isEqualTo(143);
    holder.kill();

    dropFromPageCache(checkpoint);
    RunningProcess cold = start(checkpoint);
    assertThat(read).isLessThan(bytesRead(cold) / 10);
    assertThat(cold.terminate()).isEqualTo(143);
  }

  private static Checkpoint image(Jdk jdk) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, jdk);
    String url = jvm.url();
    return jvm.checkpoint("at=http:" + url + ",warmup=" + url + "count*20");
  }

  /** Returns whether the image was in the page cache when it was looked at. */
  private static boolean isCached(RunningProcess holder) {
    return holder.stdout().startsWith("0 percent ");
  }

  /**
   * Keeps the image in the page cache. Kernels with DAMON may drop pages within seconds if no
   * process has mapped them.
   */
  private static RunningProcess hold(Checkpoint checkpoint) throws Exception {
    RunningProcess holder =
        new Command(BENCH, checkpoint.jvm().folder())
            .add(BENCH.program("hold"), checkpoint.image().resolve("memory"))
            .start("hold");
    holder.awaitOutput("held");
    return holder;
  }

  /** Starts a copy that has answered a request. */
  private static RunningProcess start(Checkpoint checkpoint) throws Exception {
    RunningProcess copy = checkpoint.command("--no-fallback", "--verbose").start("copy");
    copy.awaitError("crjvm: restore: restored in ");
    assertThat(checkpoint.ask("/count")).isEqualTo("21"); // The warm-up made 20 requests.
    return copy;
  }

  /** The kernel drops clean pages only. */
  private static void dropFromPageCache(Checkpoint checkpoint) throws Exception {
    RunningProcess drop =
        new Command(BENCH, checkpoint.jvm().folder())
            .add("sh", "-c", "sync \"$0\" && dd if=\"$0\" iflag=nocache count=0")
            .add(checkpoint.image().resolve("memory"))
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
