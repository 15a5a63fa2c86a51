package crjvm.it.fault;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.AttachSocket;
import crjvm.it.bench.Await;
import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Http;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A long sequence of restores of the clinic, many at a time, each stopped by some signal. Everyday
 * tests make forty; {@code -Dcrjvm.it.soak=5000} sets the number. The test reports the times of
 * first answers, and asserts that all were right and that nothing is left.
 */
@Tag("soak")
class SoakIT {
  private static final int AT_ONCE = 20;
  private static final int COPIES = Integer.getInteger("crjvm.it.soak", 40);
  private static final String PAGE = "/patients/1";
  private static final Map<String, Integer> ENDS =
      Map.of("TERM", 143, "INT", 130, "HUP", 129, "KILL", 137);

  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static Checkpoint checkpoint;
  private static Path temporary;

  /** A copy, from its start to its first answer. Each runs in a thread of its own. */
  private record Copy(RunningProcess process, int port, long nanos) {}

  @BeforeAll
  static void makeImage() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    temporary = BENCH.newFolder("tmp");
    jvm.vm("-Xmx256m", "-Djava.io.tmpdir=" + temporary)
        .main("-jar", BENCH.copyOf("examples/clinic/target/clinic.jar").toString())
        .arguments("--server.port=" + jvm.port());
    String url = "http://localhost:" + jvm.port();
    checkpoint =
        jvm.checkpoint("at=http:" + url + "/,warmup=" + url + PAGE + "*300;" + url + "/*100");
  }

  @Test
  void everyCopyAnswersRightAndLeavesNothing() throws Exception {
    long seed = Long.getLong("crjvm.it.seed", new Random().nextInt(1_000_000));
    System.out.println("soak: seed " + seed + ", " + COPIES + " copies");
    Random random = new Random(seed);
    List<Long> times = new ArrayList<>();
    String expected = first();
    Set<Path> files = filesIn(temporary);
    long available = available();
    for (int done = 0; done < COPIES; done += AT_ONCE) {
      List<Copy> copies = startAtOnce();
      for (Copy copy : copies) {
        times.add(copy.nanos());
        assertThat(Http.ask(copy.port(), PAGE)).isEqualTo(expected);
      }
      stop(copies, random);
      if (done / AT_ONCE % 25 == 24) {
        System.out.println(line(times) + ", memory " + (available() - available) / 1024 + " MiB");
      }
    }
    System.out.println("soak: " + line(times));
    assertThat(files).containsAll(filesIn(temporary));
    assertThat(processes()).isEmpty();
    assertThat(openFiles()).isEmpty();
  }

  private static String first() throws Exception {
    RunningProcess copy = checkpoint.restore();
    String answer = checkpoint.ask(PAGE);
    assertThat(answer).contains("Lindenhof Clinic");
    assertThat(copy.terminate()).isEqualTo(143);
    return answer;
  }

  private static List<Copy> startAtOnce() throws Exception {
    List<Thread> threads = new ArrayList<>();
    List<Copy> copies = new ArrayList<>();
    List<Throwable> failures = new ArrayList<>();
    for (int i = 0; i < AT_ONCE; i++) {
      Path folder = BENCH.newFolder("copy");
      Thread thread =
          new Thread(
              () -> {
                try {
                  Copy copy = start(folder);
                  synchronized (copies) {
                    copies.add(copy);
                  }
                } catch (Throwable e) {
                  synchronized (failures) {
                    failures.add(e);
                  }
                }
              });
      threads.add(thread);
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(failures).isEmpty();
    return copies;
  }

  private static Copy start(Path folder) throws Exception {
    long begin = System.nanoTime();
    RunningProcess process;
    synchronized (BENCH) {
      process =
          checkpoint
              .command("--no-fallback", "--listen", checkpoint.port() + "=0")
              .add("--port-file", "ports")
              .in(folder)
              .start("copy");
    }
    Path ports = folder.resolve("ports");
    Await.until(
        RunningProcess.LIMIT,
        "a port",
        () -> !process.isAlive() || Files.exists(ports),
        process::describe);
    assertThat(process.isAlive()).as(process::describe).isTrue();
    int port = Integer.parseInt(Files.readString(ports).strip().split("=", 2)[1]);
    Http.awaitAnswer(process, port, PAGE);
    return new Copy(process, port, System.nanoTime() - begin);
  }

  private static void stop(List<Copy> copies, Random random) throws Exception {
    List<String> signals = List.of("TERM", "TERM", "TERM", "INT", "HUP", "KILL");
    List<String> sent = new ArrayList<>();
    for (Copy copy : copies) {
      sent.add(signals.get(random.nextInt(signals.size())));
      copy.process().signal(sent.get(sent.size() - 1));
    }
    for (int i = 0; i < copies.size(); i++) {
      RunningProcess process = copies.get(i).process();
      assertThat(process.awaitExit()).as(process::describe).isEqualTo(ENDS.get(sent.get(i)));
      removeCounters(process.pid(), sent.get(i).equals("KILL"));
    }
  }

  /** Removes the counters of a killed JVM. It leaves its file, restored or not. */
  private static void removeCounters(long pid, boolean isKilled) throws IOException {
    Path file = Path.of("/tmp/hsperfdata_" + User.ORDINARY.name(), Long.toString(pid));
    assertThat(Files.exists(file) && !isKilled).as(file.toString()).isFalse();
    Files.deleteIfExists(file);
    assertThat(AttachSocket.of(pid)).doesNotExist();
  }

  private static String line(List<Long> times) {
    List<Long> sorted = times.stream().sorted().toList();
    double median = sorted.get(sorted.size() / 2) / 1e6;
    double late = sorted.get(Math.min(sorted.size() * 99 / 100, sorted.size() - 1)) / 1e6;
    return "%d first answers, %d at once: median %.0f ms, p99 %.0f ms, ratio %.2f, longest %.0f ms"
        .formatted(
            sorted.size(),
            AT_ONCE,
            median,
            late,
            late / median,
            sorted.get(sorted.size() - 1) / 1e6);
  }

  /** Returns the available memory in kB, in which the page cache is included. */
  private static long available() throws IOException {
    return Files.readAllLines(Path.of("/proc/meminfo")).stream()
        .filter(line -> line.startsWith("MemAvailable:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findFirst()
        .orElseThrow();
  }

  private static Set<Path> filesIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static List<String> processes() {
    return ProcessHandle.allProcesses()
        .map(process -> process.info().commandLine().orElse(""))
        .filter(line -> line.contains("--server.port=" + checkpoint.port()))
        .toList();
  }

  /** Returns the open files of this JVM, which is the parent of all copies. */
  private static List<Path> openFiles() throws IOException {
    List<Path> open = new ArrayList<>();
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      for (Path descriptor : descriptors.toList()) {
        if (Files.isSymbolicLink(descriptor)) {
          Path target = Files.readSymbolicLink(descriptor);
          if (target.startsWith(checkpoint.jvm().folder().getParent())
              && target.toString().contains("copy")) {
            open.add(target);
          }
        }
      }
    }
    return open;
  }
}
