package crjvm.it.rule;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Test code waits for events in a few classes only, and shares nothing with other processes. */
class TestCodeRulesTest {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

  private static final String TEST_CODE =
      "(.*/)?src/test/(java/.*\\.java|c/.*\\.c|sh/.*)|it/src/main/(java/.*\\.java|c/.*\\.c)";

  /**
   * The findings that may stay: the rule, the file, the beginning of the code (empty: all of the
   * file's), and the reason.
   */
  private static final List<String[]> EXCEPTIONS =
      """
      SLEEP | Await.java | | how tests wait
      SLEEP | Poll.java | | how the application under test waits

      SLEEP | ClockApplication.java | | its subject is waits of every kind
      SLEEP | JavaWaits.java | | its subject is waits of every kind
      SLEEP | waits.c | | its subject is waits of every kind
      SLEEP | vectors.c | | rests, which a checkpoint waits for
      SLEEP | TimerExercise.java | | its subject is waits of every kind
      SLEEP | VirtualThreadExercise.java | | its subject is virtual threads that sleep
      SLEEP | VirtualTasks.java | | its subject is virtual threads that sleep
      SLEEP | SelfCheckingApplication.java | | its subject is threads in waits of every kind
      SLEEP | GateApplication.java | LockSupport.park() | a thread that stays where it is, with a lock
      SLEEP | Stepper.java | | gives the carrier up; waits for nothing
      SLEEP | TestApplication.java | Thread.sleep(milliseconds) | the command for an event of a recording
      SLEEP | JobApplication.java | | work that takes its time, to be killed in the middle of

      SLEEP | GateTest.java | Thread.sleep(50) | nothing may happen meanwhile
      SLEEP | GateTest.java | Thread.sleep(200) | nothing may happen meanwhile
      SLEEP | KilledCheckpointIT.java | | kills at a random moment, whatever it meets
      SLEEP | KilledRestoreIT.java | | kills at a random moment, whatever it meets
      SLEEP | ServiceClient.java | | the pace of a client
      SLEEP | crowd.c | | disturbs at random; and the time for a JVM that hangs to say where
      SLEEP | meddler.c | | disturbs at random
      SLEEP | reuse.c | | the pause of a poll; and kills at a random moment
      SLEEP | objects.c | usleep(300000) | another copy writes meanwhile; without it the check only sees less
      SLEEP | objects.c | usleep(50000) | the pause of a poll

      LIMIT | Await.java | Duration.ofMillis(1) | the pause of a poll
      LIMIT | TimerExercise.java | | the time that is waited for
      LIMIT | FailedDumpIT.java | time-limit=2s | runs out, as the engine is stopped
      LIMIT | LoneRunnerTest.java | Duration.ofMillis(20) | runs out, as the command sleeps
      LIMIT | LoneRunnerTest.java | Duration.ofMillis(500) | begins again, as the command works
      LIMIT | LoneRunnerTest.java | Duration.ofMillis(100) | runs out, as the command sleeps
      LIMIT | IdleConnectionsTest.java | Duration.ofMillis(50) | runs out, as a lock is held
      LIMIT | PortAnswerTest.java | Duration.ofMillis(500) | runs out, as nobody answers
      LIMIT | QuietPeriodTest.java | Duration.ofMillis(800) | runs out, as it is never quiet
      LIMIT | GateTaskTest.java | Duration.ofMillis(500) | runs out, as the work does not end
      LIMIT | GateTaskTest.java | Duration.ofMillis(50) | runs out while the work ends
      LIMIT | RegistryFailureTest.java | Duration.ofMillis(50) | runs out, as nobody answers
      LIMIT | ChildProcessTest.java | Duration.ofSeconds(1) | runs out, as the child ignores the signal
      LIMIT | OptionParserTest.java | | values that are parsed
      LIMIT | AgentOptionsIT.java | time-limit=0s | a value that is refused
      LIMIT | RecordingsIT.java | Duration.ofMillis(1500) | how long a recorded sleep was
      LIMIT | RecordingsIT.java | Duration.ofMillis(500) | how much two clocks differ
      LIMIT | SpringFrameworks.java | Duration.ofMillis(10) | how exact the kernel's start times are

      PORT | ContainerExamplesIT.java | | inside of a container, in its own network
      PORT | DockerIT.java | | inside of a container, in its own network
      PORT | Pods.java | | inside of a container, in its own network
      PORT | ServiceClient.java | | inside of a container, in its own network
      PORT | NameServer.java | | clients know no other one of DNS
      PORT | MavenProject.java | | the text of the documents, which becomes a free one
      PORT | PortsStepTest.java | | an address that is wrong, at which nobody is
      PORT | OptionParserTest.java | | a text that is parsed
      PORT | SecretPatternTest.java | | a text that is parsed
      PORT | SecretSearchTest.java | | a text that is parsed
      PORT | CheckpointContextTest.java | | a text that is parsed
      PORT | LoginTest.java | | a text that is parsed
      PORT | TransportTest.java | | a text that is parsed
      PORT | RemoteTest.java | | a text that is parsed

      PROCESS | ProcFile.java | /proc | how tests read it
      PROCESS | RunningProcess.java | kill | how tests end processes
      PROCESS | CapabilityWatch.java | /proc | looks at all there are, and at each twice
      PROCESS | Container.java | /proc/%/status | inside of a container
      PROCESS | LoneRunnerTest.java | ProcessHandle.of | a child that lives until it is killed here
      PROCESS | ProcessView.java | ProcessHandle.of(HANDLE.pid()) | the process itself
      PROCESS | ChildProcessTest.java | | its own child, and one whose number has just been told

      FILE | LayerStoreTest.java | | a path in a layer, not on this disk
      FILE | AttachSocket.java | /tmp/.java_pid% | where HotSpot puts it, with the process in its name
      FILE | SoakIT.java | | where HotSpot puts it, with the process in its name
      FILE | GeneratedCode.java | /tmp/perf-%.map | where HotSpot puts it, with the process in its name
      FILE | CountersIT.java | /tmp/hsperfdata_% | where HotSpot puts it, in a mount namespace of the test's own
      FILE | ContainerExamplesIT.java | /tmp/new | inside of a container
      FILE | ContainerExamplesIT.java | /tmp/ports | inside of a container
      FILE | ParkedIT.java | /tmp/hsperfdata_% | where HotSpot puts it, with the process in its name
      FILE | RestoredProcessIT.java | /tmp/a | a value that is told again
      FILE | EscalationCallerIT.java | /tmp/x | an argument that is refused
      FILE | DeletedMappingsTest.java | | a text that is parsed
      FILE | PerfDataTest.java | | a text that is parsed
      FILE | VmOptionsTest.java | | a text that is parsed
      FILE | PoliciesTest.java | | a text that is parsed
      FILE | CheckpointContextTest.java | | a text that is parsed
      FILE | LoginTest.java | | a text that is parsed
      """
          .lines()
          .filter(line -> !line.isBlank())
          .map(line -> line.split("\\s*\\|\\s*", 4))
          .toList();

  private static boolean applies(String[] exception, RaceFinding finding) {
    return exception[0].equals(finding.rule().name())
        && exception[1].equals(finding.file())
        && finding.code().startsWith(exception[2]);
  }

  private static List<Path> testCode() throws Exception {
    try (Stream<Path> files = Files.walk(ROOT)) {
      return files
          .filter(file -> ROOT.relativize(file).toString().matches(TEST_CODE))
          // This file contains the examples.
          .filter(file -> !file.endsWith("TestCodeRulesTest.java"))
          .filter(Files::isRegularFile)
          .sorted()
          .toList();
    }
  }

  @Test
  void noTestRaces() throws Exception {
    List<RaceFinding> races = new ArrayList<>();
    Set<String[]> unused = new LinkedHashSet<>(EXCEPTIONS);
    List<Path> files = testCode();
    assertThat(files).hasSizeGreaterThan(300);
    for (Path file : files) {
      for (RaceFinding finding :
          TestCodeRules.find(file.getFileName().toString(), Files.readString(file))) {
        List<String[]> allowing =
            EXCEPTIONS.stream().filter(exception -> applies(exception, finding)).toList();
        allowing.forEach(unused::remove);
        if (allowing.isEmpty()) {
          races.add(finding);
        }
      }
    }
    assertThat(races).as("wait with Await, and see the other support classes of it/").isEmpty();
    assertThat(unused).extracting(each -> String.join(" | ", each)).as("unused").isEmpty();
  }

  @Test
  void classesWithContainersRunOneAfterTheOther() throws Exception {
    for (Path file : testCode()) {
      String text = Files.readString(file);
      if (text.contains("new Containers(BENCH)")) {
        assertThat(text).as(file.toString()).contains("\n@ResourceLock(Containers.RESOURCE)\n");
      }
    }
  }

  /** Finds out about user namespaces by making one, in which the process has all capabilities. */
  private static final Pattern WITH_CAPABILITIES =
      Pattern.compile("\"doctor\"|check-machine|launcher\\(\\), \"build\"|\"--extract\"");

  @Test
  void nobodyHasCapabilitiesWhileTheyAreWatched() throws Exception {
    int count = 0;
    for (Path file : testCode()) {
      String text = Files.readString(file);
      if (text.contains("\n@BesideOthers\n") && WITH_CAPABILITIES.matcher(text).find()) {
        assertThat(text).as(file.toString()).contains("CapabilityWatch.RESOURCE");
        count++;
      }
    }
    assertThat(count).isGreaterThan(5);
  }

  @Test
  void exceptionsHaveReasons() {
    assertThat(EXCEPTIONS).allSatisfy(each -> assertThat(each).hasSize(4));
    assertThat(EXCEPTIONS).extracting(each -> each[3]).doesNotContain("");
  }

  private static List<RaceRule> rulesBrokenBy(String statement) throws Exception {
    String text = "class A { int port = 8080; static final int LIMIT_S = 5; void a() { %s; } }";
    return TestCodeRules.find("A.java", text.formatted(statement)).stream()
        .map(RaceFinding::rule)
        .distinct()
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "SLEEP | Thread.sleep(5)",
        "SLEEP | TimeUnit.SECONDS.sleep(5)",
        "SLEEP | LockSupport.parkNanos(5)",
        "SLEEP | run(Thread::sleep)",
        "SLEEP | monitor.wait(5)",
        "SLEEP | run(\"a; sleep 0.5; b\")",
        "SLEEP | run(\"until a; do b; done; sleep 5\")",
        "SLEEP | run(\"sleep\", \"60\")",
        "PORT | new ServerSocket(8080)",
        "PORT | new ServerSocket(port, 1, null)",
        "PORT | new InetSocketAddress(\"localhost\", 8080)",
        "PORT | ask(\"http://localhost:8080/\")",
        "PORT | run(\"--port\", \"8080\")",
        "LIMIT | await(Duration.ofSeconds(9))",
        "LIMIT | process.waitFor(5, TimeUnit.SECONDS)",
        "LIMIT | queue.poll(LIMIT_S, TimeUnit.SECONDS)",
        "LIMIT | future.get(9999, MILLISECONDS)",
        "LIMIT | socket.setSoTimeout(LIMIT_S * 1000)",
        "LIMIT | thread.join(TimeUnit.SECONDS.toMillis(LIMIT_S))",
        "LIMIT | long end = System.nanoTime() + Duration.ofSeconds(LIMIT_S).toNanos()",
        "LIMIT | long end = System.currentTimeMillis() + 5_000",
        "LIMIT | run(\"timeout 5 curl a\")",
        "LIMIT | run(\"curl\", \"--max-time\", \"5\")",
        "LIMIT | run(\"curl -s -m 5 a\")",
        "LIMIT | run(\"image=\" + image + \",time-limit=3s\")",
        "LIMIT | run(\"--time-limit\", \"3\")",
        "LIMIT | @Timeout(5) int i = 0",
        "LIMIT | @Timeout(value = 5000, unit = TimeUnit.MILLISECONDS) int i = 0",
        "PROCESS | ProcessHandle.of(pid)",
        "PROCESS | Path.of(\"/proc/\" + pid + \"/exe\")",
        "PROCESS | Path.of(\"/proc\", pid, \"exe\")",
        "PROCESS | run(\"kill\", \"-9\", pid)",
        "FILE | Path.of(\"/tmp/image\")",
        "FILE | run(\"cat a >/dev/shm/log\")",
        "FILE | Path.of(\"/var/tmp/\" + name)",
      })
  void whatRacesIsFound(RaceRule rule, String statement) throws Exception {
    assertThat(rulesBrokenBy(statement)).containsExactly(rule);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "Await.until(LIMIT, \"a\", () -> true)",
        "monitor.wait()",
        "run(\"until [ -e go ]; do sleep 0.1; done\")",
        "run(\"while :; do a\\nsleep 0.1\\ndone\")",
        "run(\"exec sleep 3600\")",
        "run(\"then=sleep 5\", \"asleep 5\")",
        "new ServerSocket(0, 1, InetAddress.getLoopbackAddress())",
        "new InetSocketAddress(address, FreePort.find())",
        "new Socket(address, server.getLocalPort())",
        "ask(\"http://localhost:\" + jvm.port() + \"/\")",
        "refused(\"oci://127.0.0.1:1/x:1\")",
        "await(Duration.ofSeconds(10))",
        "process.waitFor(2, TimeUnit.MINUTES)",
        "socket.setSoTimeout(30_000)",
        "map.get(5)",
        "queue.poll()",
        "thread.join()",
        "long now = System.currentTimeMillis() + 1",
        "run(\"timeout -k 5 600 a\")",
        "run(\"curl\", \"--max-time\", \"60\")",
        "run(\"keep-alive: timeout=600\")",
        "@Timeout(60) int i = 0",
        "ProcFile.of(pid, \"exe\")",
        "Path.of(\"/proc/self/exe\")",
        "run(\"cat /proc/1/status\")",
        "podman(\"kill\", \"--signal\", name)",
        "Files.createTempDirectory(\"crjvm-it-\")",
        "Path.of(\"/tmp\")",
        "folder.resolve(\"tmp/image\")",
      })
  void whatDoesNotRaceIsNotFound(String statement) throws Exception {
    assertThat(rulesBrokenBy(statement)).isEmpty();
  }

  @Test
  void shellAndCAreReadToo() throws Exception {
    String shell = "#!/bin/sh\nwhile :; do\n  sleep 1\ndone\nsleep 2\ntimeout 3 a >/tmp/log\n";
    assertThat(TestCodeRules.find("a", shell))
        .extracting(RaceFinding::toString)
        .containsExactly("SLEEP a:5 sleep 2", "FILE a:6 /tmp/log", "LIMIT a:6 timeout 3");
    assertThat(TestCodeRules.find("a.c", "void a(void)\n{\n\tusleep(5);\n\tasleep(5);\n}\n"))
        .extracting(RaceFinding::toString)
        .containsExactly("SLEEP a.c:3 usleep(5);");
  }
}
