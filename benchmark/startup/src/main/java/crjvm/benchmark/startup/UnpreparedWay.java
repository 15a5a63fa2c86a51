package crjvm.benchmark.startup;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A tool that {@code crjvm java} runs, which has made an image of it after earlier runs. */
final class UnpreparedWay {
  /** The user has run the tool so often before the first start that is measured. */
  private static final int RUNS = 3;

  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final Duration PAUSE = Duration.ofMillis(200);

  /** A second image may follow the first one, whose making begins after a moment. */
  private static final Duration CALM = Duration.ofSeconds(5);

  private UnpreparedWay() {}

  static Way make(Place place, Application application)
      throws Failure, InterruptedException, IOException {
    // The java of JAVA_HOME is that of the other variants.
    List<String> command = new ArrayList<>(List.of(place.crjvm(), "java"));
    command.addAll(application.vmOptions());
    command.addAll(application.main());
    command.addAll(application.arguments());
    for (int run = 0; run < RUNS; run++) {
      place.run("crjvm-java", command);
      awaitImage(place);
    }
    return Way.of(place, application, Variant.UNPREPARED, command);
  }

  /** Waits until there is an image, and none is being made. */
  private static void awaitImage(Place place) throws Failure, InterruptedException, IOException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    long calm = System.nanoTime();
    while (System.nanoTime() - calm < CALM.toNanos()) {
      if (System.nanoTime() > deadline) {
        throw new Failure("crjvm java has made no image");
      }
      Thread.sleep(PAUSE.toMillis());
      String list = place.run("cache", List.of(place.crjvm(), "cache", "list"));
      if (list.contains("being made by ") || !list.contains("\nready ")) {
        calm = System.nanoTime();
      }
    }
  }
}
