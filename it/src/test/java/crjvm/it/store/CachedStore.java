package crjvm.it.store;

import crjvm.it.bench.Await;
import crjvm.it.bench.Command;
import crjvm.it.bench.JavaCache;
import crjvm.it.bench.RunningProcess;
import crjvm.it.store.StoreScenario.End;
import java.io.IOException;
import java.util.List;

/** A store that {@code crjvm java} starts. */
final class CachedStore {
  private static final String HOW = "crjvm java";

  private final StoreScenario scenario;
  private final StorePlace place;
  private final JavaCache cache;

  CachedStore(StoreScenario scenario, JavaCache cache) {
    this.scenario = scenario;
    this.place = scenario.place();
    this.cache = cache;
  }

  private Command java(List<Integer> ports) throws IOException {
    return cache
        .crjvm(place.jdk(), place.folder(), "java")
        .add(place.words(ports))
        .with("CRJVM_DEBUG", "1");
  }

  /**
   * Starts the store. Waits for the image, if there is to be one, before the first request: Artemis
   * writes for each client.
   */
  RunningProcess begin() throws Exception {
    return scenario.begin(HOW, java(place.ports()), this::awaitSettled);
  }

  void turn(End end) throws Exception {
    RunningProcess process = begin();
    scenario.write();
    scenario.end(process, end);
  }

  /**
   * Starts a second process beside the first, unless even a normal second start would harm the
   * first.
   */
  RunningProcess beginWithASecond() throws Exception {
    RunningProcess process = begin();
    scenario.write();
    if (place.kind().isHarmedByASecond()) {
      return process;
    }
    List<Integer> others = scenario.portsOfASecond();
    scenario.second(HOW, java(others), others);
    return process;
  }

  /** Returns whether the list has lines below its heading and no image is still being made. */
  private static boolean isSettled(String list) {
    return list.lines().count() > 1 && !list.contains("being made");
  }

  /** Waits until there is an image, or a reason why there is none. */
  private void awaitSettled(RunningProcess process) throws Exception {
    Await.until(
        RunningProcess.LIMIT,
        "an image, or a reason",
        () -> isSettled(cache.list(place.jdk())),
        () -> process.describe() + cache.logs());
    for (String line : cache.list(place.jdk()).lines().skip(1).toList()) {
      scenario.note("  the cache: " + line.replaceFirst(" java .*", ""));
    }
  }
}
