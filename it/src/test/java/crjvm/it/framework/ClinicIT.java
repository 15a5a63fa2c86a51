package crjvm.it.framework;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.app.FreePort;
import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Http;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A Spring Boot application of ordinary size is restored again and again, one copy at a time and
 * many at once.
 */
@BesideOthers
@Tag("framework")
class ClinicIT {
  private static final int ONE_BY_ONE = 180;
  private static final int AT_ONCE = 20;
  private static final String PAGE = "/patients/1";

  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static final List<Long> PIDS = new ArrayList<>();

  private static Checkpoint checkpoint;
  private static Path temporary;
  private static FileTime began;

  @BeforeAll
  static void makeImage() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    temporary = BENCH.newFolder("tmp");
    began = FileTime.from(Instant.now());
    jvm.vm("-Xmx256m", "-Djava.io.tmpdir=" + temporary)
        .main("-jar", BENCH.copyOf("examples/clinic/target/clinic.jar").toString())
        .arguments("--server.port=" + jvm.port());
    String url = "http://localhost:" + jvm.port();
    checkpoint =
        jvm.checkpoint("at=http:" + url + "/,warmup=" + url + PAGE + "*50;" + url + "/*20");
  }

  @Test
  void twoHundredRestoresAnswerRightAndLeaveNothing() throws Exception {
    Set<Path> before = filesIn(temporary);
    before.addAll(checkpoint.temporaryFolders());
    String expected = answerOfACopy();
    assertThat(expected).contains("Lindenhof Clinic");

    for (int i = 1; i < ONE_BY_ONE; i++) {
      assertThat(answerOfACopy()).as("copy " + i).isEqualTo(expected);
    }
    assertAnswersAtOnce(expected);

    assertThat(before).containsAll(filesIn(temporary));
    assertThat(PIDS).hasSize(ONE_BY_ONE + AT_ONCE);
    assertThat(namedByPid(Path.of("/tmp"))).isEmpty();
    assertThat(processes()).isEmpty();
  }

  private static String answerOfACopy() throws IOException, InterruptedException {
    RunningProcess copy = checkpoint.restore();
    PIDS.add(copy.pid());
    String answer = checkpoint.ask(PAGE);
    assertThat(copy.terminate()).as(copy.describe()).isEqualTo(143);
    return answer;
  }

  private static void assertAnswersAtOnce(String expected)
      throws IOException, InterruptedException {
    List<RunningProcess> copies = new ArrayList<>();
    List<Integer> ports = new ArrayList<>();
    for (int i = 0; i < AT_ONCE; i++) {
      int port = FreePort.find();
      ports.add(port);
      copies.add(
          checkpoint
              .command("--no-fallback", "--listen", checkpoint.port() + "=" + port)
              .start("copy-" + i));
    }
    for (int i = 0; i < AT_ONCE; i++) {
      Http.awaitAnswer(copies.get(i), ports.get(i), PAGE);
      assertThat(Http.ask(ports.get(i), PAGE)).as("copy " + i + " of many").isEqualTo(expected);
    }
    for (RunningProcess copy : copies) {
      PIDS.add(copy.pid());
      copy.signal("TERM");
    }
    for (RunningProcess copy : copies) {
      assertThat(copy.awaitExit()).as(copy.describe()).isEqualTo(143);
    }
  }

  private static Set<Path> filesIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.collect(Collectors.toCollection(TreeSet::new));
    }
  }

  /**
   * Returns the files of a JVM in /tmp whose name contains its PID: hsperfdata_USER/PID,
   * .java_pidPID, .attach_pidPID. Those of killed JVMs stay, and PIDs are used again, so only files
   * that are newer than this test count.
   */
  private static List<Path> namedByPid(Path folder) throws IOException {
    List<Path> candidates = new ArrayList<>();
    for (long pid : PIDS) {
      candidates.add(folder.resolve(".java_pid" + pid));
      candidates.add(folder.resolve(".attach_pid" + pid));
      for (Path file : filesIn(folder)) {
        if (file.getFileName().toString().startsWith("hsperfdata_")) {
          candidates.add(file.resolve(Long.toString(pid)));
        }
      }
    }
    List<Path> found = new ArrayList<>();
    for (Path file : candidates) {
      if (Files.exists(file) && Files.getLastModifiedTime(file).compareTo(began) > 0) {
        found.add(file);
      }
    }
    return found;
  }

  /** Returns the processes that still run the image's clinic. */
  private static List<String> processes() {
    return ProcessHandle.allProcesses()
        .map(process -> process.info().commandLine().orElse(""))
        .filter(line -> line.contains("--server.port=" + checkpoint.port()))
        .toList();
  }
}
