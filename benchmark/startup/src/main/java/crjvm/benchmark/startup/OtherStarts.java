package crjvm.benchmark.startup;

import crjvm.benchmark.startup.StartTimer.Timing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Measures first answers with files in unusual places: not in the page cache, or on tmpfs. */
final class OtherStarts {
  private static final Path DROP_CACHES = Path.of("/proc/sys/vm/drop_caches");

  /** The number of rounds for normal starts, which are slow in any case and slower here. */
  private static final int NORMAL_ROUNDS = 2;

  private final Place place;
  private final StartTimer timer;
  private final Figures figures;

  OtherStarts(Place place, StartTimer timer, Figures figures) {
    this.place = place;
    this.timer = timer;
    this.figures = figures;
  }

  /**
   * Starts with a cold page cache. Before each start the kernel drops every file that no running
   * process has mapped.
   */
  void runCold(List<Way> ways) throws InterruptedException {
    for (int round = 0; round < place.settings().coldRounds; round++) {
      place.say("cold page cache, round " + (round + 1) + " of " + place.settings().coldRounds);
      for (Way way : ways) {
        boolean isDue = way.variant().isRestored() || round < NORMAL_ROUNDS;
        // Other heap sizes would show the same about the disk.
        if (isDue && !way.application().isForHeapSizes()) {
          attempt(
              way,
              () -> {
                dropCaches();
                add(way, Figure.FIRST_COLD);
              });
        }
      }
    }
  }

  private static void dropCaches() throws IOException {
    Libc.C.sync(); // the kernel keeps pages that are not on disk yet
    Files.writeString(DROP_CACHES, "3\n");
  }

  /** Starts from images on tmpfs, which need no disk and no filled page cache. */
  void runOnTmpfs(List<Way> ways) throws InterruptedException {
    List<CrjvmWay> copies = new ArrayList<>();
    for (Way way : ways) {
      if (way instanceof CrjvmWay original
          && way.variant().isOnMainJdk()
          && !way.application().isForHeapSizes()
          && !way.application().isTool()) {
        attempt(way, () -> copies.add(copy(original)));
      }
    }
    for (int round = 0; round < place.settings().coldRounds; round++) {
      place.say("tmpfs, round " + (round + 1) + " of " + place.settings().coldRounds);
      for (CrjvmWay copy : copies) {
        attempt(copy, () -> add(copy, Figure.FIRST_TMPFS));
      }
    }
    for (CrjvmWay copy : copies) {
      attempt(copy, () -> place.run("rm", List.of("/bin/rm", "-r", copy.image().toString())));
    }
  }

  private CrjvmWay copy(CrjvmWay original) throws Failure, InterruptedException, IOException {
    Path copy =
        place
            .settings()
            .tmpfs
            .resolve(original.application().name() + "-" + original.variant().option());
    place.run(
        "cp",
        List.of("/bin/cp", "-R", "--sparse=always", original.image().toString(), copy.toString()));
    return original.at(copy);
  }

  private void add(Way way, Figure figure) throws Failure, InterruptedException, IOException {
    Timing timing = timer.time(way, 1, jvm -> {});
    figures.add(way.application(), way.variant(), figure, timing.first());
  }

  private void attempt(Way way, Attempt attempt) throws InterruptedException {
    try {
      attempt.run();
    } catch (Failure | IOException e) {
      figures.setMissing(way.name(), e.getMessage());
      place.say("  " + way.name() + ": " + e.getMessage());
    }
  }
}
