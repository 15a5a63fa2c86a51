package crjvm.it.store;

import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import crjvm.it.matrix.Matrix;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Random sequences of starts from an image, plain starts, writes, ends and changes from outside.
 * The application always knows exactly what it has stored.
 *
 * <p>{@code -Dcrjvm.it.sequences=2000} sets the number of sequences, and {@code -Dcrjvm.it.seed=N}
 * repeats those of a failure.
 */
@BesideOthers
@Tag("soak")
class StoreSequencesIT {
  private static final int SEQUENCES = Integer.getInteger("crjvm.it.sequences", 42);
  private static final int KINDS = 14;
  private static final long SEED = Long.getLong("crjvm.it.seed", System.nanoTime());

  @RegisterExtension static final Workbench BENCH = new Workbench();

  /**
   * The second value tells whether the process that makes the image has written, or has only read.
   */
  @Matrix(parts = 4)
  @ParameterizedTest
  @CsvSource({
    "journal, true", "journal, false", "channel, true", "channel, false", "random, true",
    "random, false", "replaced, true", "replaced, false", "rewritten, true", "rewritten, false",
    "segments, true", "segments, false", "mapped, true", "mapped, false"
  })
  void whatWasKeptIsKnown(String style, boolean writes) throws Exception {
    StoreRun store = new StoreRun(BENCH, Jdk.any(), style);
    RunningProcess first = store.plain();
    store.add("before");
    first.terminate();
    String warmUp = writes ? ",warmup=" + store.adding("warm") : "";
    store.jvm().checkpoint(store.start("train=off" + warmUp));
    Path beginning = store.jvm().folder().resolve("beginning");
    StoreSequence.copy(store.store(), beginning);
    List<String> lines = store.added();
    int count = Math.max(1, SEQUENCES / KINDS);
    for (int i = 0; i < count; i++) {
      long seed = SEED + i;
      StoreSequence.copy(beginning, store.store());
      Files.deleteIfExists(store.jvm().image().resolve("written"));
      StoreSequence sequence = new StoreSequence(store, lines, new Random(seed));
      try {
        sequence.run();
      } catch (AssertionError e) {
        throw new AssertionError("seed " + seed + ": " + sequence.history(), e);
      }
    }
  }
}
