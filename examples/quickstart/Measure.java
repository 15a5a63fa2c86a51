import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Starts the clinic normally and from an image, measures both with the same probe, and prints the
 * table. {@code examples/quickstart/run} runs it as an ordinary user: {@code java Measure.java
 * DISTRIBUTION JAR WORK-FOLDER SECONDS-SO-FAR}.
 *
 * <p>The clock starts immediately before the process is created and stops when the last byte of the
 * first correct answer has arrived. The probe begins to connect before the start. Its pause between
 * two attempts is one per cent of the time that has passed (0.2 ms at least, 5 ms at most). This is
 * exact enough for a start of 20 ms, and causes no load that would slow down a start of seconds.
 */
final class Measure {
  private static final int NORMAL_STARTS = 3;
  private static final int RESTORES = 11;
  private static final Duration START_LIMIT = Duration.ofMinutes(2);
  private static final Duration CHECKPOINT_LIMIT = Duration.ofMinutes(4);
  private static final Duration PROGRESS_PAUSE = Duration.ofSeconds(5);
  private static final Pattern REFUSAL = Pattern.compile("^crjvm: (checkpoint failed|no checkpoint will be made|warm-up failed): ");
  private static final String EXPECTED = "<h1>Patients</h1>";

  /**
   * The pages that are compared byte for byte with the answers of a normal start. The clock waits
   * for the first one.
   */
  private static final List<String> PAGES = List.of("/patients", "/patients/1", "/appointments", "/search?q=lin", "/api/statistics");

  private static final class Failure extends Exception {
    private static final long serialVersionUID = 1;

    Failure(String message) {
      super(message);
    }
  }

  private record Sample(double millis, long rss, long pss) {}

  private final Path distribution;
  private final Path jar;
  private final Path work;
  private final long began;
  private final int port;
  private final List<String> answers = new ArrayList<>();
  private volatile Process running;

  private Measure(Path distribution, Path jar, Path work, long secondsSoFar) throws IOException {
    this.distribution = distribution;
    this.jar = jar;
    this.work = work;
    this.began = System.nanoTime() - TimeUnit.SECONDS.toNanos(secondsSoFar);
    try (ServerSocket free = new ServerSocket(0)) {
      this.port = free.getLocalPort();
    }
  }

  public static void main(String[] args) throws Exception {
    Measure measure = new Measure(Path.of(args[0]), Path.of(args[1]), Path.of(args[2]), Long.parseLong(args[3]));
    Runtime.getRuntime().addShutdownHook(new Thread(measure::killRunning));
    try {
      measure.run();
    } catch (Failure e) {
      System.err.println("crjvm: quickstart failed: " + e.getMessage());
      System.exit(1);
    }
  }

  private void run() throws Exception {
    List<Sample> normal = new ArrayList<>();
    for (int i = 1; i <= NORMAL_STARTS; i++) {
      normal.add(start("normal start " + i + " of " + NORMAL_STARTS, normalCommand(), work.resolve("normal-" + i + ".log")));
    }
    long size = checkpoint();
    // After this restore the probe's own classes and the page cache are warm.
    start("first restore (not counted)", restoreCommand(), work.resolve("restored-0.log"));
    List<Sample> restored = new ArrayList<>();
    for (int i = 1; i <= RESTORES; i++) {
      restored.add(start("restore " + i + " of " + RESTORES, restoreCommand(), work.resolve("restored-" + i + ".log")));
    }
    printTable(normal, restored, size);
  }

  private List<String> normalCommand() {
    return List.of(java(), temporaryFolder(), "-jar", jar.toString(), "--server.port=" + port);
  }

  private List<String> restoreCommand() {
    return List.of(distribution.resolve("bin/crjvm").toString(), "run", "--image", image().toString(), "--no-fallback");
  }

  /** Returns the option for the temporary folder, in which Tomcat leaves folders behind. */
  private String temporaryFolder() {
    return "-Djava.io.tmpdir=" + work;
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private Path image() {
    return work.resolve("clinic-image");
  }

  private String url(String page) {
    return "http://127.0.0.1:" + port + page;
  }

  /** Starts the clinic once, measures the start, checks the answers and stops it. */
  private Sample start(String what, List<String> command, Path log) throws IOException, InterruptedException, Failure {
    ProcessBuilder builder = builder(command, log);
    long before = System.nanoTime();
    running = builder.start();
    String first = firstAnswer(what, before, log);
    double millis = (System.nanoTime() - before) / 1e6;
    Sample sample = new Sample(millis, memory(what, "Rss"), memory(what, "Pss"));
    checkCapabilities(what);
    checkAnswers(what, first);
    stop(what, log);
    say("%s: first correct answer after %,.1f ms", what, millis);
    return sample;
  }

  private static ProcessBuilder builder(List<String> command, Path log) {
    return new ProcessBuilder(command)
        .directory(log.getParent().toFile())
        .redirectInput(Path.of("/dev/null").toFile())
        .redirectErrorStream(true)
        .redirectOutput(log.toFile());
  }

  private String firstAnswer(String what, long before, Path log) throws Failure {
    while (true) {
      long elapsed = System.nanoTime() - before;
      String answer = get(PAGES.get(0));
      if (answer != null && (answers.isEmpty() ? answer.contains(EXPECTED) : answer.equals(answers.get(0)))) {
        return answer;
      }
      if (!running.isAlive()) {
        throw new Failure(what + ": the process ended with status " + running.exitValue() + "; its output: " + tail(log));
      }
      if (elapsed > START_LIMIT.toNanos()) {
        throw new Failure(what + ": no correct answer of " + url(PAGES.get(0)) + " within " + START_LIMIT.toSeconds() + " s; its output: " + tail(log));
      }
      LockSupport.parkNanos(Math.min(Math.max(elapsed / 100, 200_000), 5_000_000));
    }
  }

  /**
   * Returns the body, or null if there is no answer or its status is not 200. It uses HTTP/1.0, so
   * that the body is not encoded.
   */
  private String get(String page) {
    try (Socket socket = new Socket()) {
      socket.setSoTimeout((int) START_LIMIT.toMillis());
      socket.connect(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port), 1000);
      socket.getOutputStream().write(("GET " + page + " HTTP/1.0\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      String answer = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      int end = answer.indexOf("\r\n\r\n");
      return answer.startsWith("HTTP/1.1 200") && end > 0 ? answer.substring(end + 4) : null;
    } catch (IOException e) {
      return null;
    }
  }

  /** Compares the answers with those of the first start. */
  private void checkAnswers(String what, String first) throws Failure {
    boolean reference = answers.isEmpty();
    for (int i = 0; i < PAGES.size(); i++) {
      String answer = i == 0 ? first : get(PAGES.get(i));
      if (answer == null || answer.isBlank()) {
        throw new Failure(what + ": no answer of " + url(PAGES.get(i)));
      }
      if (reference) {
        answers.add(answer);
      } else if (!answer.equals(answers.get(i))) {
        throw new Failure(what + ": " + url(PAGES.get(i)) + " is not what a normal start answers");
      }
    }
  }

  private void checkCapabilities(String what) throws IOException, Failure {
    for (String name : List.of("CapPrm", "CapEff")) {
      long set = Long.parseUnsignedLong(statusField(Path.of("/proc/" + running.pid() + "/status"), name), 16);
      if (set != 0) {
        throw new Failure(what + ": the process holds capabilities: " + name + " is " + Long.toHexString(set));
      }
    }
  }

  private static String statusField(Path file, String name) throws IOException {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.filter(line -> line.startsWith(name + ":")).findFirst().orElseThrow().substring(name.length() + 1).strip();
    }
  }

  /** Returns the process's memory in bytes. */
  private long memory(String what, String name) throws Failure {
    try {
      return Long.parseLong(statusField(Path.of("/proc/" + running.pid() + "/smaps_rollup"), name).split(" ")[0]) * 1024;
    } catch (IOException e) {
      throw new Failure(what + ": the kernel does not say its memory: " + e.getMessage());
    }
  }

  private void stop(String what, Path log) throws InterruptedException, Failure {
    running.destroy();
    if (!running.waitFor(30, TimeUnit.SECONDS)) {
      throw new Failure(what + ": still running 30 s after SIGTERM; its output: " + tail(log));
    }
    if (running.exitValue() != 128 + 15) {
      throw new Failure(what + ": exit status " + running.exitValue() + " instead of 143 after SIGTERM; its output: " + tail(log));
    }
    running = null;
  }

  /** Makes the image, and returns its size in bytes. */
  private long checkpoint() throws IOException, InterruptedException, Failure {
    Path log = work.resolve("checkpoint.log");
    String warmup = String.join(";", PAGES.stream().map(page -> url(page) + "*300").toList());
    String agent = "-javaagent:" + distribution.resolve("crjvm.jar") + "=image=" + image() + ",at=http:" + url("/actuator/health") + ",warmup=" + warmup;
    say("starting under the agent: %s", agent);
    long before = System.nanoTime();
    running = builder(List.of(java(), agent, temporaryFolder(), "-jar", jar.toString(), "--server.port=" + port), log).start();
    if (!showProgress(log, before + CHECKPOINT_LIMIT.toNanos())) {
      throw new Failure("no image within " + CHECKPOINT_LIMIT.toSeconds() + " s; the output: " + tail(log));
    }
    if (running.exitValue() != 0 || !Files.isDirectory(image())) {
      throw new Failure("the checkpoint failed with status " + running.exitValue() + "; the output: " + tail(log));
    }
    running = null;
    say("start, warm-up and checkpoint took %.1f s", (System.nanoTime() - before) / 1e9);
    long size = 0;
    try (Stream<Path> files = Files.list(image())) {
      for (Path file : files.toList()) {
        size += Files.size(file);
      }
    }
    return size;
  }

  /**
   * Shows the agent's lines while the process runs.
   *
   * @return false if it still runs at the deadline
   */
  private boolean showProgress(Path log, long deadline) throws IOException, InterruptedException, Failure {
    long quietUntil = 0;
    int shown = 0;
    boolean ended;
    do {
      ended = running.waitFor(200, TimeUnit.MILLISECONDS);
      List<String> lines = Files.readAllLines(log, StandardCharsets.ISO_8859_1);
      for (; shown < lines.size(); shown++) {
        String line = lines.get(shown);
        boolean counts = line.startsWith("crjvm: warm-up: ");
        // The agent counts its warm-up requests every second. Every fifth line is enough here.
        if (line.startsWith("crjvm:") && (!counts || System.nanoTime() > quietUntil)) {
          say("  %s", line);
          if (REFUSAL.matcher(line).find()) {
            throw new Failure("the agent made no image; the reason is above"); // the application itself continues
          }
          quietUntil = counts ? System.nanoTime() + PROGRESS_PAUSE.toNanos() : quietUntil;
        }
      }
    } while (!ended && System.nanoTime() < deadline);
    return ended;
  }

  private void printTable(List<Sample> normal, List<Sample> restored, long imageSize) throws IOException {
    double[] slow = sorted(normal);
    double[] fast = sorted(restored);
    System.out.printf(
        "%nclinic on %d processors (load %s), kernel %s, JDK %s%n%n",
        Runtime.getRuntime().availableProcessors(), load(), kernel(), System.getProperty("java.vm.version"));
    row("", "normal start", "restored");
    row("first correct answer, median", ms(median(slow)), ms(median(fast)));
    row("  minimum", ms(slow[0]), ms(fast[0]));
    row("  maximum", ms(slow[slow.length - 1]), ms(fast[fast.length - 1]));
    row("  runs", Integer.toString(slow.length), Integer.toString(fast.length));
    row("  ratio of the medians", "", String.format(Locale.ROOT, "%,.0f x faster", median(slow) / median(fast)));
    row("memory after it: resident (RSS)", mb(median(normal, true)), mb(median(restored, true)));
    row("  proportional (PSS)", mb(median(normal, false)), mb(median(restored, false)));
    row("image", "-", mb(imageSize));
    System.out.println();
  }

  /**
   * Returns the average number of processes that wanted a processor in the last minute. If it is
   * above the number of processors, times say little.
   */
  private static String load() throws IOException {
    return Files.readString(Path.of("/proc/loadavg")).split(" ")[0];
  }

  /** Returns the kernel's version without the distributor's additions. */
  private static String kernel() {
    return System.getProperty("os.version").replaceAll("-.*", "");
  }

  private static void row(String name, String normal, String restored) {
    System.out.printf("%-34s %14s %14s%n", name, normal, restored);
  }

  private static String ms(double millis) {
    return String.format(Locale.ROOT, "%,.1f ms", millis);
  }

  private static String mb(double bytes) {
    return String.format(Locale.ROOT, "%,.1f MB", bytes / 1e6);
  }

  private static double[] sorted(List<Sample> samples) {
    return samples.stream().mapToDouble(Sample::millis).sorted().toArray();
  }

  private static double median(List<Sample> samples, boolean resident) {
    return median(samples.stream().mapToDouble(sample -> resident ? sample.rss() : sample.pss()).sorted().toArray());
  }

  private static double median(double[] sorted) {
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }

  private void say(String format, Object... values) {
    System.out.printf(Locale.ROOT, "[%4d s] %s%n", (System.nanoTime() - began) / 1_000_000_000, String.format(Locale.ROOT, format, values));
  }

  private static String tail(Path log) {
    try {
      String[] lines = Files.readString(log).split("\n");
      return String.join("\n", Arrays.copyOfRange(lines, Math.max(0, lines.length - 20), lines.length));
    } catch (IOException e) {
      return "(not readable: " + e.getMessage() + ")";
    }
  }

  private void killRunning() {
    Process process = running;
    if (process != null) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}
