package crjvm.it.tool;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Await;
import crjvm.it.bench.Command;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The scripts of examples/slurm run under Slurm as they are. */
@Tag("cluster")
class SlurmIT {
  private static final int PREEMPTIONS = 5;
  private static final int TASKS = 50;

  /** The rounds between two lines of the job. */
  private static final int LINE = 100_000;

  private static final Pattern PROGRESS = Pattern.compile("job: round (\\d+) on (\\w+)");

  @RegisterExtension static final Workbench BENCH = new Workbench();
  @RegisterExtension static final SlurmCluster CLUSTER = new SlurmCluster(BENCH);

  /** A copy of the example, with its classes. */
  private static Path example(Jdk jdk) throws Exception {
    Path folder = BENCH.newFolder("slurm");
    Path source = Workbench.source("../examples/slurm");
    for (String name : List.of("job.sbatch", "image.sbatch", "array.sbatch")) {
      Files.copy(source.resolve(name), folder.resolve(name));
    }
    RunningProcess javac =
        new Command(BENCH, folder)
            .add(jdk.tool("javac"), "-d", "classes")
            .add(source.resolve("Job.java"), source.resolve("Task.java"))
            .as(User.ROOT)
            .run("javac");
    assertThat(javac.awaitExit()).as(javac::describe).isZero();
    CLUSTER.with("JAVA_HOME", jdk.home().toString());
    return folder;
  }

  /** A line of the job's progress. */
  private record Progress(long round, String node) {
    static Progress of(Matcher matcher) {
      return new Progress(Long.parseLong(matcher.group(1)), matcher.group(2));
    }
  }

  /** The job of the example, with its output. */
  private record Job(Path folder, String number) {
    Path work() {
      return folder.resolve("work");
    }

    List<String> output() throws IOException {
      Path file = folder.resolve("job-" + number + ".out");
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    List<Progress> progress() throws IOException {
      return output().stream()
          .map(PROGRESS::matcher)
          .filter(Matcher::matches)
          .map(Progress::of)
          .toList();
    }

    /** Waits for a line of progress after the lines that were there before. */
    Progress awaitProgress(int before) throws IOException {
      Await.until(SlurmCluster.LIMIT, "progress", () -> progress().size() > before, this::describe);
      return progress().get(before);
    }

    Progress last() throws IOException {
      List<Progress> all = progress();
      return all.get(all.size() - 1);
    }

    /**
     * Makes the job end two lines later. The job may look at any moment, so the file appears
     * together with its content.
     *
     * @return how many rounds the job will have made
     */
    String endSoon() throws IOException {
      String rounds = Long.toString(last().round() + 2 * LINE);
      Path part = Files.writeString(work().resolve("rounds.part"), rounds);
      Files.move(part, work().resolve("rounds"), StandardCopyOption.ATOMIC_MOVE);
      return rounds;
    }

    String describe() {
      return CLUSTER.describe(number);
    }

    String newestImage() throws IOException {
      try (Stream<Path> images = Files.list(work().resolve("images"))) {
        return images
            .map(image -> image.getFileName().toString())
            .filter(name -> name.startsWith("image-"))
            .sorted()
            .reduce("", (one, other) -> other);
      }
    }

    void awaitNextImage() throws IOException {
      String before = Files.exists(work().resolve("images")) ? newestImage() : "";
      Await.until(
          SlurmCluster.LIMIT,
          "an image after " + before,
          () -> newestImage().compareTo(before) > 0,
          this::describe);
    }

    /**
     * Waits until the job is back in the queue, and starts it at once. Slurm would let it wait for
     * two minutes.
     */
    void awaitRequeue(int restarts) throws Exception {
      Await.until(
          SlurmCluster.LIMIT,
          "restart " + restarts,
          () ->
              CLUSTER.field(number, "JobState").equals("PENDING")
                  && CLUSTER.field(number, "Restarts").equals(Integer.toString(restarts)),
          this::describe);
      CLUSTER.ask("scontrol", "update", "JobId=" + number, "StartTime=now+2");
    }
  }

  private static String preemptor(Path folder, String node) throws Exception {
    return CLUSTER.submit(
        folder,
        "--partition=high",
        "--nodelist=" + node,
        "--exclusive",
        "--output=/dev/null",
        "--wrap=exec sleep 3600");
  }

  /**
   * Checks that the job continued on the other node, after the work that was done before the
   * warning.
   */
  private static void assertContinued(Job job, Progress first, Progress done) {
    assertThat(first.node()).as(job::describe).isNotEqualTo(done.node());
    assertThat(first.round()).as(job::describe).isGreaterThan(done.round());
  }

  @Test
  void preemptedJobContinuesElsewhereAndComesToTheSameResult() throws Exception {
    Jdk jdk = Jdk.any();
    Path folder = example(jdk);
    Job job = submit(folder, "10s");
    Path work = job.work();
    List<String> preemptors = new ArrayList<>();
    Progress done = new Progress(0, "");
    for (int i = 0; i < PREEMPTIONS; i++) {
      Progress first = job.awaitProgress(job.progress().size());
      assertContinued(job, first, done);
      if (i == 0) {
        job.awaitNextImage();
      } else {
        CLUSTER.ask("scancel", preemptors.get(i - 1));
      }
      done = job.last();
      preemptors.add(preemptor(folder, first.node()));
      job.awaitRequeue(i + 1);
      CLUSTER.awaitState(preemptors.get(i), "RUNNING");
    }
    assertContinued(job, job.awaitProgress(job.progress().size()), done);

    // Without a warning, the job continues from the newest of its images.
    job.awaitNextImage();
    CLUSTER.ask("scontrol", "requeue", job.number());
    job.awaitRequeue(PREEMPTIONS + 1);
    job.awaitProgress(job.progress().size());

    String rounds = job.endSoon();
    CLUSTER.awaitState(job.number(), "COMPLETED");
    assertThat(CLUSTER.field(job.number(), "ExitCode")).isEqualTo("0:0");
    List<String> output = job.output();
    assertThat(output).containsOnlyOnce("job: begun").containsOnlyOnce("job: done");
    assertThat(output.stream().filter(line -> line.startsWith("image ready: ")))
        .as(job::describe)
        .hasSize(PREEMPTIONS);
    assertThat(work.resolve("images")).doesNotExist();

    assertUndisturbedResult(jdk, job, rounds);
  }

  private static Job submit(Path folder, String interval, String... options) throws Exception {
    CLUSTER.with("INTERVAL", interval);
    User.ORDINARY.own(Files.createDirectory(folder.resolve("work")));
    List<String> words = new ArrayList<>(List.of("--partition=low"));
    words.addAll(List.of(options));
    words.addAll(List.of("job.sbatch", "work", "10"));
    return new Job(folder, CLUSTER.submit(folder, words.toArray(String[]::new)));
  }

  private static void assertUndisturbedResult(Jdk jdk, Job job, String rounds) throws Exception {
    Path folder = job.folder();
    Path other = User.ORDINARY.own(Files.createDirectory(folder.resolve("undisturbed")));
    Files.writeString(other.resolve("rounds"), rounds);
    RunningProcess undisturbed =
        new Command(BENCH, folder)
            .add(jdk.java(), "-cp", "classes", "Job", "undisturbed")
            .run("undisturbed");
    assertThat(undisturbed.awaitExit()).as(undisturbed::describe).isZero();
    assertThat(job.work().resolve("result")).hasSameTextualContentAs(other.resolve("result"));
  }

  /** Runs tasks while Slurm looks twice a minute for jobs whose time is over. */
  @Test
  void jobWhoseTimeIsOverContinues_AndTasksOfAnArrayHaveTheirOwnNumbers() throws Exception {
    Jdk jdk = Jdk.newest();
    Path folder = example(jdk);
    // With two minutes, Slurm could announce the end once before the script runs, which loses it.
    Job job = submit(folder, "60m", "--time=3");
    String tasks = submitTasks(folder);
    job.awaitRequeue(1);
    assertThat(job.output()).filteredOn(line -> line.startsWith("image ready: ")).hasSize(1);
    CLUSTER.administer("scontrol", "update", "JobId=" + job.number(), "TimeLimit=UNLIMITED");
    job.awaitProgress(job.progress().size());
    String rounds = job.endSoon();
    CLUSTER.awaitState(job.number(), "COMPLETED");
    assertThat(CLUSTER.field(job.number(), "Restarts")).isEqualTo("1");
    assertThat(job.output()).containsOnlyOnce("job: begun").containsOnlyOnce("job: done");
    List<Long> done = job.progress().stream().map(Progress::round).toList();
    assertThat(done).as("nothing twice").isEqualTo(multiplesOfLine(done.size()));
    assertThat(job.work().resolve("images")).doesNotExist();
    assertUndisturbedResult(jdk, job, rounds);
    assertNumbers(folder, tasks);
  }

  private static List<Long> multiplesOfLine(int count) {
    return LongStream.rangeClosed(1, count).mapToObj(each -> each * LINE).toList();
  }

  private static String submitTasks(Path folder) throws Exception {
    String image = CLUSTER.submit(folder, "image.sbatch");
    return CLUSTER.submit(folder, "--dependency=afterok:" + image, "array.sbatch");
  }

  private static void assertNumbers(Path folder, String array) throws Exception {
    Await.until(
        SlurmCluster.LIMIT,
        "the tasks' end",
        () -> CLUSTER.ask("squeue", "-h", "--job=" + array).isEmpty(),
        () -> CLUSTER.describe(array));
    Set<String> numbers = new HashSet<>();
    int count = 0;
    for (int task = 1; task <= TASKS; task++) {
      List<String> lines =
          Files.readAllLines(folder.resolve("task-" + array + "-" + task + ".out"));
      // A normal start would give its reason.
      assertThat(lines).hasSize(1);
      String[] words = lines.get(0).split(" ");
      assertThat(words).hasSize(8).startsWith("task", Integer.toString(task));
      // This is an estimate from the primes that came with the image, of which there are 1,270,607.
      assertThat(Long.parseLong(words[2])).isBetween(1_150_000L, 1_390_000L);
      for (int i = 3; i < words.length; i++) {
        numbers.add(words[i]);
        count++;
      }
    }
    assertThat(count).isEqualTo(5 * TASKS);
    assertThat(numbers).hasSize(count);
  }
}
