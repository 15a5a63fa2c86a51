package crjvm.benchmark.startup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures the memory of several copies of an application together, each after its first answer.
 */
final class Copies {
  private static final List<String> APPLICATIONS = List.of("hello-http", "clinic");

  private final Place place;
  private final Answers answers;
  private final Figures figures;

  Copies(Place place, Answers answers, Figures figures) {
    this.place = place;
    this.answers = answers;
    this.figures = figures;
  }

  void run(List<Way> ways) throws InterruptedException {
    for (Way way : ways) {
      boolean isOne =
          way.variant() == Variant.NORMAL_17
              || way.variant().isOnMainJdk() && (way instanceof CriuWay || way instanceof CrjvmWay);
      if (isOne && APPLICATIONS.contains(way.application().name())) {
        place.say("copies: " + way.name());
        weigh(way);
      }
    }
  }

  private void weigh(Way way) throws InterruptedException {
    List<Copy> copies = new ArrayList<>();
    // Normal starts share little memory and take seconds each, so one of them is enough.
    List<Integer> counts = way.variant().isRestored() ? place.settings().copies : List.of(1);
    try {
      for (int count : counts) {
        while (copies.size() < count) {
          copies.add(start(way));
        }
        add(way, copies);
      }
    } catch (Failure | IOException e) {
      String which = "copy " + (copies.size() + 1) + " of " + way.name();
      figures.setMissing(which, e.getMessage());
      place.say("  " + which + ": " + e.getMessage());
    } finally {
      stop(copies);
    }
  }

  private Copy start(Way way) throws Failure, InterruptedException, IOException {
    way.prepare();
    if (way instanceof CriuWay criu) {
      return new NamespaceCopy(place, answers, criu).start();
    }
    int port = way.application().port();
    Child child;
    if (way instanceof CrjvmWay image) {
      port = Ports.free();
      child = image.startAt(port);
    } else {
      child = way.start();
    }
    try {
      StartTimer.awaitAnswer(answers, way.application(), port, child);
      return new Copy(child, child.pid());
    } catch (Failure | IOException e) {
      child.kill();
      throw e;
    }
  }

  private void add(Way way, List<Copy> copies) throws IOException {
    double pss = 0;
    double rss = 0;
    for (Copy copy : copies) {
      for (String line : Files.readAllLines(Path.of("/proc/" + copy.jvm() + "/smaps_rollup"))) {
        pss += line.startsWith("Pss:") ? megabytes(line) : 0;
        rss += line.startsWith("Rss:") ? megabytes(line) : 0;
      }
    }
    String application = way.application().name();
    String variant = way.variant().title();
    figures.add(application, variant, Figure.PSS, copies.size(), pss);
    figures.add(application, variant, Figure.RSS, copies.size(), rss);
  }

  private static double megabytes(String line) {
    return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024 / 1e6;
  }

  private void stop(List<Copy> copies) {
    for (Copy copy : copies) {
      try {
        copy.started().kill();
      } catch (Failure e) {
        place.say("  " + e.getMessage());
      }
    }
  }
}
