package crjvm.it.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.app.JobApplication;
import crjvm.it.bench.Await;
import crjvm.it.bench.CapabilityWatch;
import crjvm.it.bench.Command;
import crjvm.it.bench.Compilers;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.ProcFile;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import crjvm.it.matrix.OnEachJdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * {@code every=}: images of a long job, again and again, and the processes that continue from them.
 * {@code -Dcrjvm.it.job.minutes=10} sets the length of the job.
 */
@BesideOthers
@Tag("variant")
@ResourceLock(value = CapabilityWatch.RESOURCE, mode = ResourceAccessMode.READ)
class SeriesIT {
  private static final int KILLS = 5;
  private static final int KEEP = 2;
  private static final long MINUTES = Long.getLong("crjvm.it.job.minutes", 0);

  @RegisterExtension static final Workbench BENCH = new Workbench();

  /** A job in a folder of its own, with its images in {@code series}. */
  private record Job(Jdk jdk, Path folder) {
    Job(Jdk jdk) throws IOException {
      this(jdk, BENCH.newFolder("job"));
    }

    Path series() {
      return folder.resolve("series");
    }

    Command command(Object... options) {
      return new Command(BENCH, folder)
          .add(jdk.java(), Compilers.options(), "-Xmx64m", List.of(options))
          .add("-cp", BENCH.application(), JobApplication.class.getName(), ".");
    }

    RunningProcess start(String options) throws IOException {
      String agent = "-javaagent:" + BENCH.agent() + "=image=series,at=delay:0s,quiet=off,";
      return command(agent + options).add("paced").start("job");
    }

    RunningProcess run(Object... options) throws IOException {
      return new Command(BENCH, folder)
          .add(BENCH.launcher(), "run", "--image", "series")
          .add(options)
          .start("continued");
    }

    List<String> images() throws IOException {
      if (!Files.exists(series())) {
        return List.of();
      }
      try (Stream<Path> entries = Files.list(series())) {
        return entries
            .map(entry -> entry.getFileName().toString())
            .filter(name -> !name.startsWith("."))
            .sorted()
            .toList();
      }
    }

    Path image(int number) {
      return series().resolve(String.format("image-%09d", number));
    }

    void awaitImage(RunningProcess process, int number) {
      process.awaitError("image ready: \"" + image(number));
    }

    /** Returns the rounds that the job has written as its progress. */
    List<Long> rounds() throws IOException {
      return Files.readAllLines(folder.resolve("progress")).stream().map(Long::valueOf).toList();
    }

    /** Returns the last of these rounds. */
    long round() throws IOException {
      List<Long> rounds = rounds();
      return rounds.get(rounds.size() - 1);
    }

    /**
     * Makes the job end after a round. The job may look at any moment, so the file appears together
     * with its content.
     */
    void endBehind(String round) throws IOException {
      Path part = Files.writeString(folder.resolve("end.part"), round);
      Files.move(part, folder.resolve("end"), StandardCopyOption.ATOMIC_MOVE);
    }

    String result() throws IOException {
      return Files.readString(folder.resolve("result"));
    }
  }

  /**
   * Returns whether a process has mapped the memory of this image. The series may have gone on
   * since: an image that is removed gets another name first.
   */
  private static boolean runsFrom(RunningProcess process, Path image) throws IOException {
    String name = image.getFileName().toString();
    Pattern memory =
        Pattern.compile(
            "/(?:%s|\\.%s\\.\\d+\\.partial)/memory(?: \\(deleted\\))?$".formatted(name, name));
    return Files.readAllLines(ProcFile.of(process.pid(), "maps")).stream()
        .anyMatch(line -> memory.matcher(line).find());
  }

  @OnEachJdk
  void killedJobComesToTheSameResult(Jdk jdk) throws Exception {
    Job job = new Job(jdk.require());
    long seed = System.nanoTime();
    Random random = new Random(seed);
    String interval = MINUTES > 0 ? "10s" : "1s";
    long[] moments = random.longs(KILLS, 0, Math.max(1, MINUTES * 60_000)).sorted().toArray();
    long start = System.nanoTime();
    RunningProcess process = job.start("every=" + interval + ",keep=" + KEEP);
    job.awaitImage(process, 1);
    int last = 0;
    for (int i = 0; i < KILLS; i++) {
      List<String> before = job.images();
      String name = before.get(before.size() - 1);
      last = Integer.parseInt(name.substring("image-".length()));
      RunningProcess current = process;
      int next = last + 1;
      Await.until(
          RunningProcess.LIMIT,
          "image " + next,
          () -> !current.isAlive() || Files.exists(job.image(next)),
          current::describe);
      long pause = MINUTES > 0 ? moments[i] - millisSince(start) : random.nextLong(2_000);
      assertThat(process.process().waitFor(pause, TimeUnit.MILLISECONDS))
          .as(() -> "seed " + seed + "\n" + current.describe())
          .isFalse();
      process.signal("KILL");
      assertThat(process.awaitExit()).isEqualTo(137);
      assertThat(job.images()).as(process::describe).hasSizeBetween(1, KEEP + 1);
      process = job.run("--no-fallback");
    }
    job.awaitImage(process, number(job) + 1);
    long left = MINUTES * 60_000 - millisSince(start);
    assertThat(process.process().waitFor(left, TimeUnit.MILLISECONDS)).isFalse();
    job.endBehind(Long.toString(job.round() + 10_000));
    assertThat(process.awaitExit()).as(process::describe).isZero();
    System.out.println(
        "crjvm-it: job: "
            + (millisSince(start) / 1000)
            + " s, killed at "
            + Arrays.toString(moments)
            + " ms, "
            + number(job)
            + " images, result "
            + job.result());
    assertThat(process.stdout()).isEqualTo("job: done\n");
    assertThat(number(job)).isGreaterThan(last);
    assertThat(job.images()).as(process::describe).hasSizeBetween(1, KEEP + 1);

    Job undisturbed = new Job(jdk);
    undisturbed.endBehind(job.result().substring(0, job.result().indexOf(' ')));
    RunningProcess plain = undisturbed.command().run("undisturbed");
    assertThat(plain.awaitExit()).as(plain::describe).isZero();
    assertThat(job.result()).as("seed " + seed).isEqualTo(undisturbed.result());
  }

  private static long millisSince(long start) {
    return (System.nanoTime() - start) / 1_000_000;
  }

  /** Returns the highest number of the images that are there. */
  private static int number(Job job) throws IOException {
    List<String> images = job.images();
    return Integer.parseInt(images.get(images.size() - 1).substring("image-".length()));
  }

  @Test
  @Tag("core")
  void newestGoodImageIsTaken() throws Exception {
    Job job = new Job(Jdk.any());
    RunningProcess process = job.start("every=1s,keep=3");
    job.awaitImage(process, 4);
    process.kill();
    process.awaitExit();
    int newest = number(job);
    assertThat(job.images()).hasSizeBetween(3, 4);

    Path plan = job.image(newest).resolve("plan");
    byte[] bytes = Files.readAllBytes(plan);
    bytes[bytes.length / 2] ^= 1;
    Files.write(plan, bytes);
    RunningProcess restored = job.run("--no-fallback");
    job.awaitImage(restored, newest + 1);
    assertThat(restored.messages().get(0))
        .startsWith("crjvm: cannot restore \"series/image-")
        .contains(": ")
        .endsWith("; trying an older image");
    assertThat(restored.messages().get(1)).contains("image ready");
    assertThat(runsFrom(restored, job.image(newest - 1))).as(restored::describe).isTrue();
    restored.kill();
    restored.awaitExit();

    for (String name : job.images()) {
      Files.delete(job.series().resolve(name).resolve("plan"));
    }
    RunningProcess none = job.run("--no-fallback");
    assertThat(none.awaitExit()).as(none::describe).isEqualTo(124);
    assertThat(none.stderr()).hasLineCount(job.images().size());
    assertThat(none.messages().get(job.images().size() - 1))
        .contains(": it is not a complete image; make the image again, or leave out --no-fallback");
    RunningProcess normal = job.run();
    normal.awaitOutput("job: begun");
    assertThat(normal.stderr()).contains("; starting the application normally");
    normal.kill();
    RunningProcess asked = job.run("--no-restore");
    asked.awaitOutput("job: begun");
  }

  @Test
  void commandsAboutImagesTakeTheNewestOfASeries() throws Exception {
    Job job = new Job(Jdk.any());
    RunningProcess process = job.start("every=1s,keep=3");
    job.awaitImage(process, 3);
    process.kill();
    process.awaitExit();
    int newest = number(job);
    String name = "\"series/image-%09d\"";
    for (String command : List.of("inspect", "verify")) {
      RunningProcess about = crjvm(job, command, "series");
      assertThat(about.awaitExit()).as(about::describe).isZero();
      assertThat(about.stderr())
          .isEqualTo("crjvm: the newest image of \"series\" is " + name.formatted(newest) + "\n");
    }
    assertExamined(job, 0, "ok  image: " + name.formatted(newest) + " can be run here, and is the");

    Files.delete(job.image(newest).resolve("plan"));
    assertExamined(
        job,
        0,
        "-  image: " + name.formatted(newest) + ": it is not a complete image",
        "ok  image: " + name.formatted(newest - 1) + " can be run here, and is the newest such");
    for (String each : job.images()) {
      Files.deleteIfExists(job.series().resolve(each).resolve("plan"));
    }
    assertExamined(job, 1, "NO  image: \"series\" has no image that can be run here; see the");
  }

  private static void assertExamined(Job job, int status, String... lines) throws Exception {
    RunningProcess doctor = crjvm(job, "doctor", "--image", "series");
    assertThat(doctor.awaitExit()).as(doctor::describe).isEqualTo(status);
    assertThat(doctor.stdout()).contains(lines);
  }

  private static RunningProcess crjvm(Job job, Object... words) throws Exception {
    return new Command(BENCH, job.folder())
        .with("JAVA_HOME", job.jdk().home().toString())
        .add(BENCH.launcher())
        .add(words)
        .run("about");
  }

  @Test
  void failedOneIsReportedAndTheNextIsTriedAtItsTime() throws Exception {
    Job job = new Job(Jdk.any());
    RunningProcess process = job.start("every=1s");
    job.awaitImage(process, 1);
    Files.setPosixFilePermissions(job.series(), PosixFilePermissions.fromString("r-xr-xr-x"));
    process.awaitError("crjvm: checkpoint failed: the folder \"" + job.series() + "\" can't");
    assertThat(process.isAlive()).isTrue();
    Files.setPosixFilePermissions(job.series(), PosixFilePermissions.fromString("rwxr-xr-x"));
    int next = number(job) + 1;
    job.awaitImage(process, next);
    assertThat(process.stdout()).isEqualTo("job: begun\n");

    RunningProcess refused = job.command(agent(job.image(next))).start("refused");
    refused.awaitError("crjvm: no checkpoint will be made: ");
    assertThat(refused.stderr()).contains("is an image, not a folder for those of every=");
  }

  /**
   * Shows that crjvm checkpoint with the folder of the series makes the next image of the series.
   */
  @Test
  void imageThatIsAskedForIsTheNextOfTheSeries() throws Exception {
    Job job = new Job(Jdk.any());
    RunningProcess process = job.start("every=60m,keep=1");
    job.awaitImage(process, 1);
    for (boolean stops : List.of(false, true)) {
      RunningProcess asked =
          new Command(BENCH, job.folder())
              .add(BENCH.launcher(), "checkpoint", process.pid(), "--image", "series/")
              .add(stops ? "--stop" : "--keep-running")
              .with("JAVA_HOME", job.jdk().home().toString())
              .run("asked");
      assertThat(asked.awaitExit()).as(() -> asked.describe() + process.describe()).isZero();
      String name = stops ? "image-000000003" : "image-000000002";
      assertThat(asked.stdout()).startsWith("image ready: \"" + job.series().resolve(name));
      assertThat(job.images()).containsExactly(name);
    }
    assertThat(process.awaitExit()).as(process::describe).isZero();
    long round = job.round();
    RunningProcess continued = job.run("--no-fallback");
    Await.until(RunningProcess.LIMIT, "progress", () -> job.round() > round, continued::describe);
    assertThat(job.rounds()).as(continued::describe).isSorted().doesNotHaveDuplicates();
    assertThat(runsFrom(continued, job.image(3))).as(continued::describe).isTrue();
    job.endBehind("1");
    assertThat(continued.awaitExit()).as(continued::describe).isZero();
  }

  private static String agent(Path image) {
    return "-javaagent:" + BENCH.agent() + "=at=delay:0s,every=1s,image=" + image;
  }
}
