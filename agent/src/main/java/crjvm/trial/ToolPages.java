package crjvm.trial;

import crjvm.agent.tool.TrainingCommand;
import crjvm.agent.tool.WorkFolder;
import crjvm.image.ImageException;
import crjvm.image.OwnFiles;
import crjvm.image.manifest.Manifest;
import crjvm.image.plan.PlanArea;
import crjvm.image.plan.PlanFile;
import crjvm.image.plan.PlanWorkingSet;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The recording of a tool's working set; {@link RequestPages} records a server's. It restores the
 * tool for some of its command lines, and records in the plan the pages that several of them have
 * written by their end. Pages of fresh memory are recorded if half of the runs have written them,
 * because an unneeded page costs as much as one that comes late. Pages of the image are recorded if
 * a quarter of the runs have written them, because a late page costs much more: other processors
 * have to flush the old page from their TLBs.
 */
public final class ToolPages {
  /** The number of runs. More runs give no new information. */
  private static final int RUNS = 8;

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int POLL_MS = 2;

  private final Path image;
  private final Path launcher;
  private final Path place;
  private final PlanFile plan;

  private ToolPages(Path image, Path launcher, Path place) throws IOException, ImageException {
    this.image = image;
    this.launcher = launcher;
    this.place = place;
    plan = PlanFile.read(image.resolve(PlanFile.FILE));
  }

  /**
   * Records the working set of an image.
   *
   * @param file the command lines
   * @throws ImageException no command line ends with shutdown hooks, or one does not end
   */
  public static void record(Path file, Path image, Path launcher)
      throws IOException, ImageException, InterruptedException {
    Path place = Files.createTempDirectory("crjvm-trial-");
    try {
      new ToolPages(image, launcher, place).record(SelfCheck.commands(file));
    } finally {
      PageCache.fill(image);
      OwnFiles.delete(place);
    }
  }

  private void record(List<TrainingCommand> commands)
      throws IOException, ImageException, InterruptedException {
    List<SortedMap<Long, BitSet>> written = new ArrayList<>();
    SortedMap<Long, BitSet> touched = new TreeMap<>();
    int runs = Math.min(RUNS, commands.size());
    for (int i = 0; i < runs; i++) {
      // The runs are spread over the file, in which similar command lines are often adjacent.
      pages(commands.get(i * commands.size() / runs), written, touched);
    }
    if (written.isEmpty()) {
      throw new ImageException(
          "every command line of the trial ended without shutdown hooks, which record the memory");
    }
    Set<Long> fresh =
        plan.areas().stream()
            .filter(area -> area.object() == PlanArea.ANONYMOUS)
            .map(PlanArea::start)
            .collect(Collectors.toSet());
    int half = (written.size() + 1) / 2;
    int quarter = (written.size() + 3) / 4;
    List<PlanWorkingSet> set =
        PageMap.set(
            PageMap.common(written, area -> fresh.contains(area) ? half : quarter), touched);
    PlanReplacement.write(image, Manifest.read(image), plan.withWorkingSet(set));
  }

  /**
   * Adds the pages of a run, or nothing if the command line ends without shutdown hooks.
   *
   * @param touched takes the pages of the first run, which begins without the image in the page
   *     cache
   */
  private void pages(
      TrainingCommand command,
      List<SortedMap<Long, BitSet>> written,
      SortedMap<Long, BitSet> touched)
      throws IOException, ImageException, InterruptedException {
    boolean isCold = touched.isEmpty();
    Path folder = place.resolve("work");
    Path end = place.resolve("end");
    WorkFolder.make(command, folder);
    Process process = start(command, folder, end, isCold);
    try {
      if (!awaitEnd(process, end, command)) {
        return;
      }
      PageMap map = new PageMap(process.pid());
      written.add(map.written(plan.areas(), plan.copies()));
      if (isCold) {
        touched.putAll(map.touched(plan.areas()));
      }
      Files.delete(end);
      process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
    } finally {
      TrialRun.end(process);
      OwnFiles.delete(folder);
    }
  }

  private Process start(TrainingCommand command, Path folder, Path end, boolean isCold)
      throws IOException {
    List<String> words = new ArrayList<>(List.of(launcher.toString(), "run", "--no-fallback"));
    words.addAll(List.of("--image", image.toString(), "-Dcrjvm.trial=true"));
    words.add("-Dcrjvm.trial.end=" + end);
    if (isCold) {
      words.add(TrialRun.COLD);
    }
    words.add("--");
    words.addAll(command.arguments());
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .directory(folder.toFile())
            .redirectInput(command.input().orElse(Path.of("/dev/null")).toFile())
            .redirectOutput(new File("/dev/null"))
            .redirectError(new File("/dev/null"));
    builder.environment().remove("CRJVM_REQUIRE_SIGNATURE"); // the image has no signature yet
    return builder.start();
  }

  /** Returns whether the tool reaches its shutdown hooks. */
  private static boolean awaitEnd(Process process, Path end, TrainingCommand command)
      throws ImageException, InterruptedException {
    long start = System.nanoTime();
    while (!Files.exists(end)) {
      if (process.waitFor(POLL_MS, TimeUnit.MILLISECONDS)) {
        return false;
      }
      if (System.nanoTime() - start > LIMIT.toNanos()) {
        throw new ImageException(
            "the command line "
                + command.line()
                + " did not end within "
                + LIMIT.toSeconds()
                + " s in the trial");
      }
    }
    return true;
  }
}
