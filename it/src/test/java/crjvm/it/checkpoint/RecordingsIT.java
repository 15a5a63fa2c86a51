package crjvm.it.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.app.FreePort;
import crjvm.it.bench.Await;
import crjvm.it.bench.CapabilityWatch;
import crjvm.it.bench.ClockOffset;
import crjvm.it.bench.Command;
import crjvm.it.bench.Http;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import crjvm.it.matrix.OnEachJdk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * A flight recording that runs at the checkpoint ends with it, and a new one begins in every copy,
 * with the copy's own files and correct times. The same is true of a recording that is started
 * later.
 */
@ResourceLock(CapabilityWatch.RESOURCE)
@BesideOthers
@Tag("variant")
class RecordingsIT {
  private static final Duration SLEEP = Duration.ofMillis(1500);

  /** The longest delay that a busy machine may cause. */
  private static final Duration LATE = Duration.ofSeconds(60);

  /**
   * The difference between the clocks of two processes, and between HotSpot's ticks and the time of
   * day.
   */
  private static final Duration INACCURACY = Duration.ofMillis(500);

  private static final Pattern REPOSITORY = Pattern.compile("Repository path: (\\S+)");

  @RegisterExtension static final Workbench BENCH = new Workbench();

  /**
   * A restored process. With a time namespace, the JVM is a child of the process that was started.
   */
  private record Copy(TestJvm jvm, RunningProcess process, long pid, int port, Instant start) {
    String tool(String tool, Object... words) throws Exception {
      RunningProcess done =
          new Command(BENCH, jvm.folder()).add(jvm.jdk().tool(tool)).add(words).run(tool);
      assertThat(done.awaitExit()).as(done::describe).isZero();
      return done.stdout();
    }

    String jcmd(Object... words) throws Exception {
      return tool("jcmd", pid, List.of(words));
    }

    /** Ends the JVM itself, because its parent ignores the signal. */
    int terminate() throws IOException, InterruptedException {
      RunningProcess.signal("TERM", pid);
      return process.awaitExit();
    }

    Path repository() throws Exception {
      Matcher path = REPOSITORY.matcher(jcmd("JFR.configure"));
      assertThat(path.find()).isTrue();
      return Path.of(path.group(1));
    }

    Path dump(String name) throws Exception {
      Path file = jvm.folder().resolve(name + "-" + pid + "-" + System.nanoTime() + ".jfr");
      jcmd("JFR.dump", "name=" + name, "filename=" + file);
      return file;
    }
  }

  private static Copy restore(TestJvm jvm, ClockOffset offset) throws Exception {
    Instant start = Instant.now();
    int port = FreePort.find();
    RunningProcess process =
        new Command(BENCH, jvm.folder())
            .add(offset.prefix(), BENCH.launcher(), "run", "--no-fallback")
            .add("--image", jvm.image(), "--listen", jvm.port() + "=" + port)
            .start("restore-" + offset);
    Http.awaitAnswer(process, port, "/");
    List<String> pids = Http.ask(port, "/pid").lines().toList();
    long pid = Long.parseLong(pids.get(pids.size() - 1)); // The kernel gives this number.
    Copy copy = new Copy(jvm, process, pid, port, start);
    // The first answers may come before the restore work is done.
    Await.until(
        RunningProcess.LIMIT,
        "the recording",
        () -> copy.jcmd("JFR.check").contains("name=early"),
        process::describe);
    return copy;
  }

  @OnEachJdk
  void everyCopyHasRecordingsOfItsOwn(Jdk jdk) throws Exception {
    ClockOffset.MINUS_200_SECONDS.require();
    TestJvm jvm = new TestJvm(BENCH, jdk.require());
    jvm.vm("-XX:StartFlightRecording=name=early,settings=profile");
    jvm.checkpoint();
    List<Copy> copies = new ArrayList<>();
    List<Path> repositories = new ArrayList<>();
    for (ClockOffset offset : ClockOffset.values()) {
      copies.add(restore(jvm, offset));
    }
    for (Copy copy : copies) {
      assertRecordsSleeps(copy, "early");
      copy.jcmd("JFR.start", "name=late", "settings=profile");
      assertRecordsSleeps(copy, "late");
      repositories.add(copy.repository());
    }
    assertThat(repositories).doesNotHaveDuplicates().allSatisfy(path -> assertThat(path).exists());
    for (int i = 0; i < copies.size(); i++) {
      // The copies before this one may have deleted files when they ended.
      assertRecordsSleeps(copies.get(i), "early");
      assertThat(copies.get(i).terminate()).isEqualTo(143);
      assertThat(repositories.get(i)).doesNotExist();
    }
  }

  private static void assertRecordsSleeps(Copy copy, String name) throws Exception {
    Instant before = Instant.now();
    Http.ask(copy.port(), "/sleep?ms=" + SLEEP.toMillis());
    Instant after = Instant.now();
    Path file = copy.dump(name);
    List<RecordedEvent> sleeps = new ArrayList<>();
    for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
      // An event that began before the checkpoint keeps its duration.
      assertThat(event.getEndTime())
          .as(event::toString)
          .isBetween(copy.start().minus(INACCURACY), Instant.now().plus(INACCURACY));
      if (event.getEventType().getName().equals("jdk.ThreadSleep")
          && event.getDuration("time").equals(SLEEP)
          && event.getStartTime().isAfter(before.minus(INACCURACY))) {
        sleeps.add(event);
      }
    }
    assertThat(sleeps).as(name + " of " + copy.process().describe()).hasSize(1);
    assertThat(sleeps.get(0).getStartTime()).isBefore(after.minus(SLEEP).plus(INACCURACY));
    assertThat(sleeps.get(0).getDuration())
        .isBetween(SLEEP.minus(INACCURACY), Duration.between(before, after).plus(INACCURACY))
        .isLessThan(SLEEP.plus(LATE));
    assertThat(copy.tool("jfr", "summary", file)).contains("jdk.ThreadSleep");
    assertThat(copy.tool("jfr", "print", "--events", "jdk.ThreadSleep", file))
        .contains("jdk.ThreadSleep {", "time = 1.50 s");
  }

  @OnEachJdk
  void recordingOfAnOriginalThatEndsIsInItsFile(Jdk jdk) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, jdk.require());
    Path file = jvm.folder().resolve("early.jfr");
    jvm.vm("-XX:StartFlightRecording=name=early,settings=profile,filename=" + file);
    jvm.checkpoint("at=http:" + jvm.url() + ",warmup=" + jvm.url() + "sleep?ms=1500*1");
    assertThat(RecordingFile.readAllEvents(file))
        .anyMatch(event -> event.getEventType().getName().equals("jdk.ThreadSleep"));
    Copy copy = restore(jvm, ClockOffset.NONE);
    assertRecordsSleeps(copy, "early");
    assertThat(copy.terminate()).isEqualTo(143);
    // This is the file that -XX:StartFlightRecording asks for.
    assertThat(RecordingFile.readAllEvents(file))
        .isNotEmpty()
        .allMatch(event -> event.getEndTime().isAfter(copy.start().minus(INACCURACY)));
  }

  @OnEachJdk
  void recordingOfAnOriginalThatGoesOnBeginsAnew(Jdk jdk) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, jdk.require());
    jvm.vm("-XX:StartFlightRecording=name=early,settings=profile,maxage=1h");
    Instant start = Instant.now();
    RunningProcess process = jvm.start("at=api,then=continue,quiet=off");
    Http.awaitAnswer(process, jvm.port(), "/");
    Copy original = new Copy(jvm, process, process.pid(), jvm.port(), start);
    Path repository = original.repository();

    for (String kind : List.of("stream", "stopped")) {
      Http.ask(jvm.port(), "/recording?kind=" + kind);
      Http.ask(jvm.port(), "/checkpoint");
      process.awaitError(
          kind.equals("stream")
              ? "checkpoint failed: a stream of flight recorder events is open (\"Recording Stream"
              : "the flight recording \"stopped one\" is stopped, but not closed; close it");
      Http.ask(jvm.port(), "/recording?kind=close");
      assertRecordsSleeps(original, "early");
    }

    Http.ask(jvm.port(), "/checkpoint");
    process.awaitError("crjvm: image ready: ");
    assertThat(repository).doesNotExist();
    assertThat(original.repository()).exists();
    assertThat(original.jcmd("JFR.check")).contains("name=early", "maxage=1h", "(running)");
    assertRecordsSleeps(original, "early");
    assertThat(process.terminate()).isEqualTo(143);
  }
}
