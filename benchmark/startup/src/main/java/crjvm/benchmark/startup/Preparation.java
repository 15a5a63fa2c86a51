package crjvm.benchmark.startup;

import crjvm.benchmark.startup.Application.Requests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
        if (place.settings().has(variant) && isUnrestored(application, variant)) {
          attempt(application, variant, () -> ways.add(unrestored(application, variant)));
        }
      }
      List<Variant> restored =
          List.of(Variant.values()).stream()
              .filter(variant -> variant.isRestored() && place.settings().has(variant))
              .toList();
      if (!restored.isEmpty()) {
        attempt(
            application,
            restored.get(0),
            () -> ways.addAll(new ImagePreparation(place, application, figures).make(restored)));
      }
    }
    return ways;
  }

  /**
   * Returns whether a variant without restore is measured. With several heap sizes the work of
   * restores is measured, for which archives of classes do not matter.
   */
  private static boolean isUnrestored(Application application, Variant variant) {
    return !variant.isRestored() && (variant == Variant.NORMAL_17 || !application.isForHeapSizes());
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

  private Way unrestored(Application application, Variant variant)
      throws Failure, InterruptedException, IOException {
    Optional<Jdk> jdk = Jdk.find(variant.jdk());
    if (jdk.isEmpty()) {
      throw new Failure("there is no JDK " + variant.jdk());
    }
    return switch (variant) {
      case APPCDS ->
          archived(
              application,
              variant,
              jdk.get(),
              "-XX:ArchiveClassesAtExit=",
              "-XX:SharedArchiveFile=");
      case AOT_CACHE ->
          archived(application, variant, jdk.get(), "-XX:AOTCacheOutput=", "-XX:AOTCache=");
      default ->
          Way.of(place, application, variant, application.command(jdk.get(), false, List.of()));
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
