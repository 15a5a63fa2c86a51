package crjvm.benchmark.startup;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/** Measures the minimum that every start needs on this machine. */
final class Floor {
  private static final int TIMES = 51;
  private static final String MACHINE = "machine";

  /** The numbers that are used if there is no image from which to take them. */
  private static final String MAPPINGS = "1000";

  private static final String THREADS = "39";

  private final Place place;
  private final Figures figures;

  Floor(Place place, Figures figures) {
    this.place = place;
    this.figures = figures;
  }

  void run(List<Way> ways) throws Failure, InterruptedException, IOException {
    place.say("floor");
    String mappings = inImage(ways, "mappings", MAPPINGS);
    String threads = inImage(ways, "threads", THREADS);
    String program = place.settings().floor.toString();
    for (int i = 0; i < TIMES; i++) {
      addExec("a static program that ends at once", List.of(program));
      addExec("a dynamic one (true)", List.of("/bin/true"));
      addExec("a shell (sh -c :)", List.of("/bin/sh", "-c", ":"));
      addPart(mappings + " private mappings", List.of(program, "maps", mappings));
      addPart(threads + " threads, started and ended", List.of(program, "threads", threads));
    }
  }

  /**
   * Returns the manifest's number for the last application with an image, which is the largest
   * application.
   */
  private static String inImage(List<Way> ways, String key, String otherwise) throws IOException {
    String found = otherwise;
    for (Way way : ways) {
      if (way instanceof CrjvmWay image && !way.application().isForHeapSizes()) {
        found =
            Files.readAllLines(image.image().resolve("manifest")).stream()
                .filter(line -> line.startsWith(key + "="))
                .map(line -> line.substring(key.length() + 1))
                .findFirst()
                .orElse(found);
      }
    }
    return found;
  }

  private void addExec(String title, List<String> command) throws Failure, InterruptedException {
    Child child = place.startAsUser(command, place.newLog("floor"));
    child.await();
    double millis = (System.nanoTime() - child.startedAt()) / 1e6;
    figures.add(MACHINE, title, Figure.FLOOR, 1, millis);
  }

  private void addPart(String title, List<String> command)
      throws Failure, InterruptedException, IOException {
    Child child = place.startAsUser(command, place.newLog("floor"));
    child.await();
    double millis = Long.parseLong(child.output().strip()) / 1e6;
    figures.add(MACHINE, title, Figure.FLOOR, 1, millis);
  }
}
