package crjvm.benchmark.startup;

import crjvm.benchmark.startup.Application.Requests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Prepares the variants: archives of classes, images and dumps. */
final class Preparation {
  private final Place place;
  private final Answers answers;
  private final Figures figures;
  private final List<Way> ways = new ArrayList<>();

  Preparation(Place place, Answers answers, Figures figures) {
    this.place = place;
    this.answers = answers;
    this.figures = figures;
  }

  /**
   * Returns every way that could be prepared. The figures contain the reasons why others could not.
   */
  List<Way> prepare(List<Application> applications) throws InterruptedException, IOException {
    for (Application application : applications) {
      for (Variant variant : Variant.values()) {
        if (place.settings().has(variant) && isOnItsOwn(application, variant)) {
          attempt(application, variant, () -> ways.add(onItsOwn(application, variant)));
        }
      }
      Map<Integer, List<Variant>> images =
          Stream.of(Variant.values())
              .filter(variant -> isOfOneProcess(application, variant))
              .collect(Collectors.groupingBy(Variant::jdk, TreeMap::new, Collectors.toList()));
      for (List<Variant> variants : images.values()) {
        Variant first = variants.get(0);
        attempt(
            application,
            first,
            () ->
                ways.addAll(
                    new ImagePreparation(place, application, jdk(first), figures).make(variants)));
      }
    }
    return ways;
  }

  /**
   * Returns whether a variant is measured that shares no preparation with others. With several heap
   * sizes the work of restores is measured, for which archives of classes do not matter.
   */
  private static boolean isOnItsOwn(Application application, Variant variant) {
    return variant == Variant.UNPREPARED
        ? application.isTool()
        : !variant.isRestored() && (variant == Variant.NORMAL_17 || !application.isForHeapSizes());
  }

  /** Returns whether a variant of the warmed-up process is measured. */
  private boolean isOfOneProcess(Application application, Variant variant) {
    return variant.isRestored()
        && variant != Variant.UNPREPARED
        && place.settings().has(variant)
        && (variant.isOnMainJdk() || !application.isTool() && !application.isForHeapSizes());
  }

  private static Jdk jdk(Variant variant) throws Failure, IOException {
    return Jdk.find(variant.jdk())
        .orElseThrow(() -> new Failure("there is no JDK " + variant.jdk()));
  }

  private void attempt(Application application, Variant variant, Attempt attempt)
      throws InterruptedException {
    String what = application.name() + ", " + variant.title();
    try {
      attempt.run();
    } catch (Failure | IOException e) {
      figures.setMissing(what, e.getMessage());
      place.say("  " + what + ": " + e.getMessage());
    }
  }

  private Way onItsOwn(Application application, Variant variant)
      throws Failure, InterruptedException, IOException {
    Jdk jdk = jdk(variant);
    return switch (variant) {
      case APPCDS ->
          archived(
              application, variant, jdk, "-XX:ArchiveClassesAtExit=", "-XX:SharedArchiveFile=");
      case AOT_CACHE -> archived(application, variant, jdk, "-XX:AOTCacheOutput=", "-XX:AOTCache=");
      case UNPREPARED -> UnpreparedWay.make(place, application);
      default -> Way.of(place, application, variant, application.command(jdk, false, List.of()));
    };
  }

  /** Makes an archive of classes, which is written when the warmed-up process ends. */
  private Way archived(Application application, Variant variant, Jdk jdk, String write, String read)
      throws Failure, InterruptedException, IOException {
    place.say("preparing " + application.name() + ", " + variant.title());
    Path archive = place.folder(application).resolve(variant.option());
    List<String> training = application.command(jdk, true, List.of(write + archive));
    Child child = place.startAsUser(training, place.newLog(variant.option()));
    try {
      if (!application.isTool()) {
        StartTimer.awaitAnswer(answers, application, application.port(), child);
        for (Requests requests : application.warmUp()) {
          StartTimer.ask(application.port(), requests.path(), requests.count());
        }
        child.signal(Libc.SIGTERM);
      }
      child.await();
    } finally {
      child.kill();
    }
    if (!Files.exists(archive)) {
      throw new Failure("no archive was written" + child.tail());
    }
    figures.add(application, variant, Figure.IMAGE, Files.size(archive) / 1e6);
    return Way.of(
        place, application, variant, application.command(jdk, true, List.of(read + archive)));
  }
}
