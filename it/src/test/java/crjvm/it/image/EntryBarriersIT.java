package crjvm.it.image;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Collector;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.ProcFile;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import crjvm.it.matrix.OnEachJdk;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The first requests of a copy write nothing into the compiled methods that they call. */
@BesideOthers
@Tag("variant")
class EntryBarriersIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();

  /** Some calls find their callees even in the first request. */
  private static final int FEW = 60;

  private static final int WARM = 2000;

  @OnEachJdk
  void theFirstRequestLeavesCompiledCodeAsItIs(Jdk jdk) throws Exception {
    assertUnchanged(jdk, Collector.G1);
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(names = {"SERIAL", "PARALLEL"})
  void theOtherCollectorsThatStopTheWorldToo(Collector collector) throws Exception {
    assertUnchanged(Jdk.newest(), collector);
  }

  private static void assertUnchanged(Jdk jdk, Collector collector) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, jdk);
    jvm.vm(collector.options()).vm("-XX:TieredStopAtLevel=1"); // nothing is compiled twice
    String count = jvm.url() + "count";
    Checkpoint checkpoint =
        jvm.checkpoint("at=http:" + jvm.url() + ",warmup=" + count + "*" + WARM + ",train=off");
    RunningProcess copy = checkpoint.command("--no-fallback", "--verbose").start("copy");
    copy.awaitError("crjvm: restore: restored in ");
    Map<Long, LongBuffer> before = code(copy);
    assertThat(checkpoint.ask("/count")).isEqualTo(Integer.toString(WARM + 1));
    assertThat(changes(before, code(copy))).as("words of compiled code").isLessThan(FEW);
    assertThat(copy.terminate()).isEqualTo(143);
  }

  /** Returns the words of the memory that is for compiled code, by their addresses. */
  private static Map<Long, LongBuffer> code(RunningProcess process) throws IOException {
    Map<Long, LongBuffer> code = new TreeMap<>();
    try (RandomAccessFile memory =
        new RandomAccessFile(ProcFile.of(process.pid(), "mem").toFile(), "r")) {
      for (String line : Files.readAllLines(ProcFile.of(process.pid(), "maps"))) {
        String[] fields = line.split("[- ]", 4);
        if (fields[2].startsWith("rwx")) {
          long start = HexFormat.fromHexDigitsToLong(fields[0]);
          byte[] content = new byte[(int) (HexFormat.fromHexDigitsToLong(fields[1]) - start)];
          memory.seek(start);
          memory.readFully(content);
          code.put(start, ByteBuffer.wrap(content).asLongBuffer());
        }
      }
    }
    return code;
  }

  private static long changes(Map<Long, LongBuffer> before, Map<Long, LongBuffer> after) {
    assertThat(after.keySet()).isEqualTo(before.keySet());
    return before.keySet().stream()
        .mapToLong(start -> changes(before.get(start), after.get(start)))
        .sum();
  }

  private static long changes(LongBuffer before, LongBuffer after) {
    return IntStream.range(0, before.limit()).filter(i -> before.get(i) != after.get(i)).count();
  }
}
