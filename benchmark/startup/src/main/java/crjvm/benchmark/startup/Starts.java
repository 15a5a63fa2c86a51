package crjvm.benchmark.startup;

import crjvm.benchmark.startup.StartTimer.Timing;
import java.io.IOException;
import java.util.List;

/** Starts every way, round by round, so that changes of the machine affect all of them. */
final class Starts {
  /**
   * The rounds with a collection. Later rounds would only repeat a collection that takes seconds.
   */
  private static final int COLLECTION_ROUNDS = 5;

  private final Place place;
  private final StartTimer timer;
  private final Figures figures;

  Starts(Place place, StartTimer timer, Figures figures) {
    this.place = place;
    this.timer = timer;
    this.figures = figures;
  }

  void run(List<Way> ways) throws InterruptedException {
    Settings settings = place.settings();
    int rounds = Math.max(settings.rounds, settings.normalRounds);
    for (int round = 0; round < rounds; round++) {
      place.say("starts, round " + (round + 1) + " of " + rounds);
      for (Way way : ways) {
        boolean isDue =
            round < (way.variant().isRestored() ? settings.rounds : settings.normalRounds);
        if (isDue) {
          start(way, round < COLLECTION_ROUNDS);
        }
      }
    }
  }

  private void start(Way way, boolean collect) throws InterruptedException {
    try {
      Timing timing =
          timer.time(
              way,
              place.settings().requests,
              jvm -> {
                // The JVM of a parked copy is not a process of this one's, and its image is another
                // variant's.
                if (collect && way.variant() != Variant.PARKED) {
                  collect(way, jvm);
                }
              });
      add(way, timing);
    } catch (Failure | IOException e) {
      figures.setMissing(way.name(), e.getMessage());
      place.say("  " + way.name() + ": " + e.getMessage());
    }
  }

  private void collect(Way way, Child jvm) throws Failure {
    try (JvmConnection connection = JvmConnection.to(jvm)) {
      figures.add(way.application(), way.variant(), Figure.COLLECTION, connection.collect());
      figures.add(way.application(), way.variant(), Figure.COLLECTION_AGAIN, connection.collect());
    }
  }

  private void add(Way way, Timing timing) {
    Application application = way.application();
    Variant variant = way.variant();
    figures.add(application, variant, Figure.FIRST, timing.first());
    if (!application.isTool()) {
      figures.add(application, variant, Figure.HUNDRED, timing.hundred());
      figures.add(application, variant, Figure.P50, Figures.percentile(timing.latencies(), 50));
      figures.add(application, variant, Figure.P99, Figures.percentile(timing.latencies(), 99));
    }
  }
}
