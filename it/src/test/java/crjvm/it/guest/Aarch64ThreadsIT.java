package crjvm.it.guest;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Threads on 64-bit ARM that wait in every way, and one that computes with SVE, in a guest. All of
 * them are in one image, because a checkpoint takes minutes there.
 */
@BesideOthers
@Tag("arm64")
class Aarch64ThreadsIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();

  /** The waits last beyond the checkpoint, which takes a minute up to the dump. */
  private static final int SECONDS = 180;

  /** The longest delay of new waits that a busy machine may cause. */
  private static final long LATE = TimeUnit.SECONDS.toNanos(120);

  private static final long MILLISECOND = TimeUnit.MILLISECONDS.toNanos(1);

  /** Functions for a thread of vectors.c, whose name tells what it has seen. */
  private static final String FUNCTIONS =
      """
      vectors() {
          cat /proc/$jvm/task/*/comm | sed -n 's/^vectors //p; /^lost/p'
      }
      await_more_vectors() {
          seen=$(vectors)
          while now=$(vectors); [ "$now" = "$seen" ] && [ "$now" != lost ]; do
              kill -0 $pid || return 1
              sleep 0.1
          done
          echo "$now"
      }
      """;

  private static ArmProduct product;
  private static VirtualMachine guest;

  /** The output of the script that has made the image. */
  private static String made;

  @BeforeAll
  static void makeImage() throws Exception {
    product = ArmProduct.build(BENCH);
    Path waits = product.library(Workbench.source("src/main/c/waits.c"));
    Path late = Files.copy(waits, waits.resolveSibling("late.so"));
    Path vectors = product.library(Workbench.source("src/test/c/vectors.c"), "-march=armv8-a+sve");
    List<Path> classes =
        List.of(BENCH.application(), BENCH.library("crac"), BENCH.library("caffeine"));
    guest = product.boot("max", waits, late, vectors, classes.get(1), classes.get(2));
    String script =
        """
        LD_PRELOAD=${vectors} VECTORS_BUSY=${image}.busy timeout -k 60 900 "$JAVA_HOME/bin/java" \\
            -Xmx96m -XX:TieredStopAtLevel=1 -XX:ActiveProcessorCount=4 \\
            -javaagent:${product}/crjvm.jar=image=${image},at=api,quiet=off,then=continue \\
            -Dcrjvm.it.native=${waits} -Dcrjvm.it.late=${late} \\
            -cp ${classes} crjvm.it.app.ClockApplication --port ${port} --seconds ${seconds} >output 2>&1 &
        pid=$!
        until grep -q 'image ready' output; do
            kill -0 $pid || { cat output; exit 1; }
            sleep 0.1
        done
        jvm=$(pgrep -P $pid)
        await_more_vectors
        kill $pid
        wait $pid || :
        """
            .replace("${vectors}", vectors.toString())
            .replace("${waits}", waits.toString())
            .replace("${late}", late.toString())
            .replace(
                "${classes}", classes.stream().map(Path::toString).collect(Collectors.joining(":")))
            .replace("${seconds}", Integer.toString(SECONDS));
    made = run(script).expectSuccess();
  }

  private static VirtualMachine.Answer run(String script) throws Exception {
    return guest.run(
        User.ORDINARY,
        ArmProduct.LIMIT,
        product.script(FUNCTIONS + script, 25, product.image("image")));
  }

  @AfterAll
  static void stop() {
    if (guest != null) {
      guest.close();
    }
  }

  /** CRIU would lose registers of a thread that is at work, in the original and in the image. */
  @Test
  void vectorsAreKept_AndAThreadThatNeverRestsIsInNoImage() throws Exception {
    assertThat(made.strip()).as("in the original").containsOnlyDigits();
    String script =
        """
        restore ${image}
        await_more_vectors
        touch ${image}.busy
        await_more_vectors >unused
        status=0
        ${product}/bin/crjvm checkpoint $jvm --image ${image}.next >checkpoint 2>&1 || status=$?
        rm ${image}.busy
        await_more_vectors
        kill $pid
        echo $status
        cat checkpoint
        """;
    List<String> lines = run(script).expectSuccess().lines().toList();
    assertThat(lines.subList(0, 2)).allSatisfy(line -> assertThat(line).containsOnlyDigits());
    assertThat(lines.get(2)).isEqualTo("1");
    assertThat(lines.get(lines.size() - 1))
        .contains("checkpoint failed: ")
        .contains(" was at work in each of ")
        .contains(" vector registers");
  }

  /** Checks waits that began before the checkpoint, and waits that begin after the restore. */
  @Test
  void waitsEndAtTheirTime() throws Exception {
    String script =
        """
        restore ${image}
        ask 'sleep?3'; echo
        echo "before=$(date +%s%N)"
        ask time; echo
        echo "after=$(date +%s%N)"
        while ask sleepers | grep -q 'waiting$'; do sleep 0.5; done
        ask checkpoints
        ask sleepers
        ask new-sleepers
        kill $pid
        """;
    List<String> lines = run(script).expectSuccess().lines().toList();
    assertThat(lines.get(0)).isEqualTo("begun");
    assertThat(value(lines, "wall"))
        .isBetween(value(lines, "before") - MILLISECOND, value(lines, "after"));
    assertThat(value(lines, "nano"))
        .isBetween(value(lines, "monotonic"), value(lines, "monotonic-again"));
    List<String[]> fields =
        lines.stream().map(line -> line.split("\t", -1)).filter(line -> line.length > 1).toList();
    long asked = Long.parseLong(fields.get(0)[0]);
    long restored = Long.parseLong(fields.get(0)[1]);
    assertThat(restored - asked).as("nanoTime").isBetween(0L, TimeUnit.SECONDS.toNanos(SECONDS));
    assertThat(fields).hasSizeGreaterThan(150);
    fields.stream().skip(1).forEach(line -> assertWait(line, restored));
  }

  private static long value(List<String> lines, String name) {
    return lines.stream()
        .filter(line -> line.startsWith(name + "="))
        .mapToLong(line -> Long.parseLong(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow();
  }

  /**
   * Checks a wait that has ended. One that began before the checkpoint and would begin again in the
   * copy ended too late.
   */
  private static void assertWait(String[] line, long restored) {
    String name = line[4];
    long asked = Long.parseLong(line[1]);
    long took = Long.parseLong(line[2]);
    long woke = Long.parseLong(line[3]);
    boolean isOld = asked == TimeUnit.SECONDS.toNanos(SECONDS);
    boolean isContinued = line[0].equals("CONTINUED");
    assertThat(line[5]).as(name).isEqualTo("ok");
    assertThat(took).as(name).isGreaterThanOrEqualTo(isContinued ? asked : asked - MILLISECOND);
    assertThat(woke).as(name + " woke").isGreaterThan(isContinued ? restored : 0);
    if (isContinued || !isOld) {
      assertThat(woke - restored).as(name + " woke").isLessThan(isOld ? asked : asked + LATE);
    }
  }
}
