package crjvm.it.store;

import crjvm.it.bench.JavaCache;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.CompatibilityTable;
import crjvm.it.matrix.Matrix;
import crjvm.it.store.StoreScenario.End;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Servers that keep their data in files. Each is started ten times, by turns from images and
 * without, ended in an orderly way or killed, and started twice at once. After each start,
 * everything is there that the server has acknowledged to a client, and nothing else.
 *
 * <p>A class of tests has a method {@code kinds()}, which returns {@link #chosen(StoreKind...)}.
 */
@ResourceLock("crjvm.it.store.StoreTests") // its subclasses have one workbench and one table
abstract class StoreTests {
  /** The names of {@link StoreKind} that are tested: a regular expression. */
  private static final String CHOSEN = System.getProperty("crjvm.it.store", ".*");

  @RegisterExtension static final Workbench BENCH = new Workbench();

  @RegisterExtension static final CompatibilityTable TABLE = new CompatibilityTable("stores");

  /** Returns the servers of a class that this run tests. */
  static List<StoreKind> chosen(StoreKind... kinds) {
    List<StoreKind> chosen = Stream.of(kinds).filter(kind -> kind.name().matches(CHOSEN)).toList();
    // The table also has rows of other classes.
    Stream.of(StoreKind.values())
        .filter(kind -> !chosen.contains(kind))
        .forEach(kind -> TABLE.absent(kind.title()));
    Requirement.need(!chosen.isEmpty(), "-Dcrjvm.it.store=" + CHOSEN + " leaves nothing");
    return chosen;
  }

  /** Makes explicit images. A start may use one as long as the files are unchanged. */
  @Matrix
  @ParameterizedTest(name = "{0}")
  @MethodSource("kinds")
  void nothingIsLostByRestores(StoreKind kind) throws Exception {
    StoreScenario scenario = new StoreScenario(StorePlace.make(BENCH, kind, Jdk.any()));
    StoreImage image = new StoreImage(scenario, BENCH.newFolder("images").resolve("image"));
    if (kind.refusal().isPresent()) {
      nothingIsLostByRefusals(scenario, image, kind.refusal().get());
      return;
    }
    image.makeAndEnd();
    scenario.turn("crjvm run", image.run(), End.TERM);
    scenario.turn("crjvm run", image.run(), End.KILL);
    scenario.turn("java", scenario.place().server(), End.TERM);
    scenario.turn("crjvm run", image.run(), End.KILL_WHILE_WRITING);
    RunningProcess original = image.makeAndGoOn();
    image.second();
    scenario.plainSecond();
    scenario.end(original, End.KILL);
    scenario.turn("crjvm run", image.run(), End.TERM);
    image.makeAndEnd();
    RunningProcess copy = scenario.begin("crjvm run", image.run());
    image.second(); // Nothing has changed yet.
    scenario.plainSecond();
    scenario.end(copy, End.TERM);
    RunningProcess last = scenario.begin("java", scenario.place().server());
    scenario.write();
    scenario.compare();
    scenario.end(last, End.TERM);
    scenario.assertNothingIsWrong();
    note(scenario, "`crjvm run`");
  }

  private static void nothingIsLostByRefusals(
      StoreScenario scenario, StoreImage image, String reason) throws Exception {
    for (int i = 0; i < 3; i++) {
      image.refused(reason, End.TERM);
      scenario.turn("java", scenario.place().server(), End.KILL);
      image.refused(reason, End.KILL_WHILE_WRITING);
    }
    RunningProcess last = scenario.begin("java", scenario.place().server());
    scenario.plainSecond();
    scenario.end(last, End.TERM);
    scenario.assertNothingIsWrong();
    note(scenario, "`java` with the agent");
  }

  /** Uses {@code crjvm java} in place of java. */
  @Matrix(shift = 1)
  @ParameterizedTest(name = "{0}")
  @MethodSource("kinds")
  void nothingIsLostByTheCache(StoreKind kind) throws Exception {
    StoreScenario scenario = new StoreScenario(StorePlace.make(BENCH, kind, Jdk.any()));
    CachedStore store = new CachedStore(scenario, JavaCache.make(BENCH));
    scenario.end(store.begin(), End.KILL);
    store.turn(End.TERM);
    store.turn(End.KILL);
    scenario.turn("java", scenario.place().server(), End.TERM);
    store.turn(End.KILL_WHILE_WRITING);
    scenario.end(store.beginWithASecond(), End.KILL);
    store.turn(End.TERM);
    scenario.turn("java", scenario.place().server(), End.KILL);
    scenario.end(store.beginWithASecond(), End.TERM);
    RunningProcess last = store.begin();
    scenario.write();
    scenario.compare();
    scenario.end(last, End.TERM);
    scenario.assertNothingIsWrong();
    // A server may or may not write between its image and its end: that is a matter of moments.
    scenario.outcomes().forget("2");
    note(scenario, "`crjvm java`");
  }

  private static void note(StoreScenario scenario, String how) throws IOException {
    StorePlace place = scenario.place();
    TABLE.add(scenario.outcomes().toString(), place.kind().title(), place.release(), how);
  }
}
