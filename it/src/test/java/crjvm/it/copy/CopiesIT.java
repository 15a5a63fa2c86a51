package crjvm.it.copy;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.AttachSocket;
import crjvm.it.bench.Await;
import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Command;
import crjvm.it.bench.Http;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Fifty copies of the clinic come out of one image folder. All are alive at once and know nothing
 * of each other.
 */
@BesideOthers
@Tag("framework")
class CopiesIT {
  private static final int COPIES = 50;

  /**
   * The number of copies that start at the same time. With two processors, a higher number is not
   * faster.
   */
  private static final int WAVE = 10;

  /** The step between the copies that are examined with the JDK's tools. */
  private static final int SAMPLE = 10;

  private static final String PAGE = "/patients/1";

  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static Checkpoint checkpoint;
  private static Path temporary;

  /** A copy, in a folder of its own. */
  private record Copy(RunningProcess process, Path folder, int port) {
    String pid() {
      return Long.toString(process.pid());
    }

    String ask(String pathAndQuery) throws IOException {
      return Http.ask(port, pathAndQuery);
    }
  }

  @BeforeAll
  static void makeImage() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    temporary = BENCH.newFolder("tmp");
    jvm.vm("-Xmx256m", "-Djava.io.tmpdir=" + temporary)
        .main("-jar", BENCH.copyOf("examples/clinic/target/clinic.jar").toString())
        .arguments("--server.port=" + jvm.port(), "--clinic.diagnostics=true");
    String url = "http://localhost:" + jvm.port();
    checkpoint =
        jvm.checkpoint("at=http:" + url + "/,warmup=" + url + PAGE + "*50;" + url + "/*20");
  }

  @Test
  void fiftyClinicsAtOnceDoNotMeet() throws Exception {
    Set<Path> before = filesIn(temporary);
    before.addAll(checkpoint.temporaryFolders());
    List<Copy> copies = startAll();
    assertThat(copies.stream().map(Copy::port)).doesNotHaveDuplicates();
    String page = copies.get(0).ask(PAGE);
    assertThat(page).contains("Lindenhof Clinic");
    String appointments = copies.get(0).ask("/api/statistics");
    for (int i = 0; i < COPIES; i += SAMPLE) {
      assertBooks(copies.get(i));
    }
    for (Copy copy : copies) {
      assertThat(copy.process().isAlive()).as(copy.process().describe()).isTrue();
      assertThat(copy.ask(PAGE)).isEqualTo(page);
      assertIsItself(copy);
    }
    assertThat(copies.get(1).ask("/api/statistics")).isEqualTo(appointments);
    assertToolsSeeAll(copies);
    for (int i = 0; i < COPIES; i += SAMPLE) {
      assertToolsWork(copies.get(i));
    }
    stopAll(copies);
    assertThat(before).containsAll(filesIn(temporary));
    for (Copy copy : copies) {
      assertThat(ofProcess(copy).filter(Files::exists)).isEmpty();
    }
    assertThat(processes()).isEmpty();
  }

  private static List<Copy> startAll() throws Exception {
    List<Copy> copies = new ArrayList<>();
    while (copies.size() < COPIES) {
      List<Path> folders = new ArrayList<>();
      List<RunningProcess> wave = new ArrayList<>();
      for (int i = 0; i < WAVE; i++) {
        Path folder = BENCH.newFolder("copy");
        folders.add(folder);
        wave.add(
            checkpoint
                .command("--no-fallback", "--listen", checkpoint.port() + "=0")
                .add("--port-file", "ports")
                .in(folder)
                .start("copy"));
      }
      for (int i = 0; i < WAVE; i++) {
        int port = awaitPort(wave.get(i), folders.get(i).resolve("ports"));
        Http.awaitAnswer(wave.get(i), port, PAGE);
        copies.add(new Copy(wave.get(i), folders.get(i), port));
      }
    }
    return copies;
  }

  /**
   * Waits for the port file and returns its port, which has to agree with the line on standard
   * error.
   */
  private static int awaitPort(RunningProcess process, Path file) throws IOException {
    Await.until(
        RunningProcess.LIMIT,
        "\"" + file + "\"",
        () -> !process.isAlive() || Files.exists(file),
        process::describe);
    assertThat(file).as(process::describe).exists();
    String ports = Files.readString(file);
    assertThat(ports).matches(checkpoint.port() + "=[0-9]+\n");
    process.awaitError("crjvm: listening: ");
    assertThat(process.stderr()).isEqualTo("crjvm: listening: " + ports);
    return Integer.parseInt(ports.strip().split("=", 2)[1]);
  }

  private static void assertIsItself(Copy copy) throws IOException {
    assertThat(copy.ask("/api/environment?property=crjvm.listen." + checkpoint.port()))
        .contains("\"pid\":" + copy.pid() + ",")
        .contains("\"property\":\"" + copy.port() + "\"")
        .contains("\"workingDirectory\":\"" + copy.folder() + "\"");
    assertThat(ofProcess(copy).filter(Files::exists))
        .as("hsperfdata of " + copy.pid())
        .anyMatch(file -> file.getParent().getFileName().toString().startsWith("hsperfdata_"));
  }

  /**
   * Checks that each copy finds the same free time and gets the same number: it does not see the
   * others' bookings.
   */
  private static void assertBooks(Copy copy) throws IOException {
    String booking =
        """
        {"patientId": 2, "practitionerId": 1, "roomId": 1, "startsAt": "2099-01-01T09:00",
         "minutes": 30, "reason": "copy"}""";
    Http.Response first = Http.postJson(copy.port(), "/api/appointments", booking);
    assertThat(first.status()).as(first.body()).isEqualTo(201);
    assertThat(Http.postJson(copy.port(), "/api/appointments", booking).status()).isEqualTo(409);
  }

  private static void assertToolsSeeAll(List<Copy> copies) throws Exception {
    String[] pids = copies.stream().map(Copy::pid).toArray(String[]::new);
    for (String tool : List.of("jps", "jcmd")) {
      RunningProcess list = tool(copies.get(0), tool, tool.equals("jps") ? "-q" : "-l");
      assertThat(list.awaitExit()).as(list::describe).isZero();
      assertThat(list.stdout().lines().map(line -> line.split(" ", 2)[0])).contains(pids);
    }
  }

  private static void assertToolsWork(Copy copy) throws Exception {
    RunningProcess threads = tool(copy, "jstack", copy.pid());
    assertThat(threads.awaitExit()).as(threads::describe).isZero();
    assertThat(threads.stdout()).contains("\"DestroyJavaVM\"", "clinic-pool");
    assertThat(AttachSocket.of(Long.parseLong(copy.pid()))).exists();
    assertThat(tool(copy, "jcmd", copy.pid(), "VM.system_properties").stdout())
        .contains("crjvm.listen." + checkpoint.port() + "=" + copy.port() + "\n");
    assertThat(tool(copy, "jcmd", copy.pid(), "JFR.start", "name=copy").stdout())
        .contains("Started recording");
    copy.ask(PAGE);
    Path recording = copy.folder().resolve("copy.jfr");
    RunningProcess dump =
        tool(copy, "jcmd", copy.pid(), "JFR.dump", "name=copy", "filename=" + recording);
    assertThat(recording).as(dump::describe).isNotEmptyFile();
    List<Long> recorded = new ArrayList<>();
    for (RecordedEvent event : RecordingFile.readAllEvents(recording)) {
      if (event.getEventType().getName().equals("jdk.JVMInformation")) {
        recorded.add(event.getLong("pid"));
      }
    }
    assertThat(recorded).isNotEmpty().containsOnly(copy.process().pid());
  }

  private static RunningProcess tool(Copy copy, String tool, String... arguments) throws Exception {
    return new Command(BENCH, copy.folder())
        .add(checkpoint.jvm().jdk().tool(tool), List.of(arguments))
        .run(tool);
  }

  private static void stopAll(List<Copy> copies) throws Exception {
    for (Copy copy : copies) {
      copy.process().signal("TERM");
    }
    for (Copy copy : copies) {
      assertThat(copy.process().awaitExit()).as(copy.process().describe()).isEqualTo(143);
      assertThat(copy.process().messages()).hasSize(1); // The message tells the port.
    }
  }

  private static Set<Path> filesIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.collect(Collectors.toCollection(TreeSet::new));
    }
  }

  /** Returns the files that a JVM makes with its process id in their names. */
  private static Stream<Path> ofProcess(Copy copy) throws IOException {
    Stream<Path> counters =
        filesIn(Path.of("/tmp")).stream()
            .filter(file -> file.getFileName().toString().startsWith("hsperfdata_"))
            .map(file -> file.resolve(copy.pid()));
    Stream<Path> sockets =
        Stream.of("java", "attach").map(name -> Path.of("/tmp", "." + name + "_pid" + copy.pid()));
    return Stream.concat(counters, sockets);
  }

  /** Returns the processes that still run the image's clinic. */
  private static List<String> processes() {
    return ProcessHandle.allProcesses()
        .map(process -> process.info().commandLine().orElse(""))
        .filter(line -> line.contains("--server.port=" + checkpoint.port()))
        .toList();
  }
}
