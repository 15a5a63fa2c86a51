package crjvm.benchmark.startup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Prepares images with one process, one warm-up and one checkpoint. The crjvm variants are layouts
 * of its image, and plain CRIU dumps the same process a moment later.
 */
final class ImagePreparation {
  private static final Duration LIMIT = Duration.ofMinutes(10);

  /** The agent's line about the finished image, which contains the seconds that it took. */
  private static final Pattern READY = Pattern.compile("crjvm: image ready: .* ([0-9.]+) s;");

  private static final Pattern REFUSED =
      Pattern.compile("crjvm: (checkpoint failed|no checkpoint will be made|warm-up failed): .*");

  private final Place place;
  private final Application application;
  private final Figures figures;
  private final Jdk jdk;
  private final Path folder;
  private final Path image;

  ImagePreparation(Place place, Application application, Jdk jdk, Figures figures)
      throws IOException {
    this.place = place;
    this.application = application;
    this.jdk = jdk;
    this.figures = figures;
    this.folder = place.folder(application);
    this.image = folder.resolve("image-" + jdk.major());
  }

  /** Makes the ways of those variants that are on this JDK. */
  List<Way> make(List<Variant> variants) throws Failure, InterruptedException, IOException {
    place.say("preparing " + application.name() + ", JDK " + jdk.major() + ": checkpoint");
    List<Way> ways = new ArrayList<>();
    List<CrjvmWay> images = new ArrayList<>();
    Path log = place.newLog("checkpoint");
    Child jvm = place.startAsUser(checkpointCommand(), log);
    try {
      double seconds = awaitImage(jvm);
      if (variants.contains(Variant.CRIU)) {
        dumpByCriu(jvm, log, ways);
      }
      for (Variant variant : variants) {
        if (variant.isCrjvm()) {
          attempt(variant, () -> images.add(layOut(variant, seconds)));
        }
      }
      ways.addAll(images);
      if (variants.contains(Variant.PARKED) && !application.isForHeapSizes()) {
        attempt(Variant.PARKED, () -> ways.add(park(images)));
      }
    } finally {
      jvm.kill();
    }
    return ways;
  }

  private void attempt(Variant variant, Attempt attempt) throws InterruptedException {
    try {
      attempt.run();
    } catch (Failure | IOException e) {
      figures.setMissing(application.name() + ", " + variant.title(), e.getMessage());
      place.say("  " + variant.title() + ": " + e.getMessage());
    }
  }

  private List<String> checkpointCommand() {
    String agent = "-javaagent:" + place.agent() + "=image=" + image;
    agent +=
        application.isTool()
            ? ",at=main,then=exit,train=" + application.training().orElseThrow()
            : ",at=http:"
                + application.url(application.path())
                + ",warmup="
                + application.agentWarmUp()
                + ",then=continue,train=off";
    return application.command(jdk, false, List.of(agent));
  }

  /** Returns the seconds of the checkpoint that the agent reports. */
  private double awaitImage(Child jvm) throws Failure, InterruptedException, IOException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      boolean alive = jvm.isAlive();
      String output = jvm.output();
      Matcher ready = READY.matcher(output);
      Matcher refused = REFUSED.matcher(output);
      if (ready.find()) {
        return Double.parseDouble(ready.group(1));
      } else if (refused.find()) {
        throw new Failure(refused.group());
      } else if (!alive || System.nanoTime() > deadline) {
        throw new Failure("there is no image" + jvm.tail());
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
  }

  private void dumpByCriu(Child jvm, Path log, List<Way> ways) throws InterruptedException {
    attempt(
        Variant.CRIU,
        () -> {
          if (application.isTool()) {
            throw new Failure("a process restored by CRIU can't be given other arguments");
          }
          // This request opens again what was closed for the checkpoint. The process is the same, a
          // moment later.
          StartTimer.ask(application.port(), application.path(), 1);
          Path dump = folder.resolve("dump");
          ways.add(CriuWay.dump(place, application, jvm, log, dump));
          figures.add(application, Variant.CRIU, Figure.IMAGE, megabytes(dump));
        });
  }

  /** Returns a way that parks copies of the recorded image. */
  private static Way park(List<CrjvmWay> images) throws Failure {
    return images.stream()
        .filter(way -> way.variant() == Variant.RECORDED)
        .findFirst()
        .map(ParkedWay::new)
        .orElseThrow(() -> new Failure("it needs the image of the variant recorded"));
  }

  private CrjvmWay layOut(Variant variant, double seconds)
      throws Failure, InterruptedException, IOException {
    Path own = folder.resolve(variant.option());
    if (variant.isRecorded() && application.isTool()) {
      // Its own command lines have recorded the working set already.
      place.run("copy", List.of("/bin/cp", "-a", image.toString(), own.toString()));
      pack(variant, own);
      addFigures(variant, own, seconds);
      return new CrjvmWay(place, application, variant, own);
    }
    List<String> derive = new ArrayList<>();
    derive.addAll(List.of(System.getProperty("java.home") + "/bin/java", "-jar"));
    derive.addAll(List.of(place.agent().toString(), "derive", "--output", own.toString()));
    if (variant == Variant.COPIED) {
      derive.add("--copied");
    }
    derive.add(image.toString());
    place.run("derive", derive);
    double recording = 0;
    if (variant.isRecorded()) {
      long before = System.nanoTime();
      place.run("optimize", List.of(place.crjvm(), "optimize", "--train", own.toString()));
      recording = (System.nanoTime() - before) / 1e9;
      if (!application.isForHeapSizes()) {
        pack(variant, own);
      }
    }
    addFigures(variant, own, seconds + recording);
    return new CrjvmWay(place, application, variant, own);
  }

  private void addFigures(Variant variant, Path own, double seconds)
      throws Failure, InterruptedException, IOException {
    figures.add(application, variant, Figure.CHECKPOINT, seconds);
    figures.add(application, variant, Figure.IMAGE, megabytes(own));
  }

  private void pack(Variant variant, Path own) throws Failure, InterruptedException, IOException {
    if (!place.run("help", List.of(place.crjvm(), "help")).contains("crjvm pack ")) {
      figures.setMissing("packed images", "this crjvm has no command for it");
      return;
    }
    Path archive = folder.resolve(variant.option() + ".archive");
    place.run("pack", List.of(place.crjvm(), "pack", own.toString(), archive.toString()));
    figures.add(application, variant, Figure.ARCHIVE, Files.size(archive) / 1e6);
  }

  /** Returns the size of a folder on disk, without holes. */
  private double megabytes(Path path) throws Failure, InterruptedException, IOException {
    String size =
        place.runAsRoot("size", List.of("/usr/bin/du", "-s", "--block-size=1", path.toString()));
    return Long.parseLong(size.split("\\s")[0]) / 1e6;
  }
}
