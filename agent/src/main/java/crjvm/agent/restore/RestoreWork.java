package crjvm.agent.restore;

import crjvm.agent.identity.Identities;
import crjvm.agent.identity.Renewals;
import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import crjvm.agent.os.jdk.DirectoryFiles;
import crjvm.agent.os.jna.Kernel;
import crjvm.agent.os.process.NativeEncoding;
import crjvm.agent.randomness.Randomness;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * All steps of a restore in their order. They are prepared and rehearsed before the dump, so that
 * they only have to run after it.
 */
public final class RestoreWork {
  /**
   * The rounds of a rehearsal after which HotSpot has certainly compiled all of its code. HotSpot
   * compiles code after 200 calls (Tier3InvocationThreshold), and a round makes three. The number
   * is far below the thousands of calls after which the optimising compiler starts. Its code relies
   * on the calls that it has seen, and a restore differs from its rehearsals.
   */
  public static final int WARM = 200;

  private static final Duration WARM_UP_LIMIT = Duration.ofSeconds(2);

  private static final String REHEARSAL = "crjvm.rehearsal";
  private static final String PORT_PROPERTY = "crjvm.listen.0";

  private final RestoreSteps prepared = new RestoreSteps();
  private final StartStep start = new StartStep();
  private final EnvironmentStep environment;
  private final List<RestoreStep> steps = prepared.all();
  private RestorePhases phases = new RestorePhases(0, 0, 0, 0);

  /** A way to make a thread call {@link #run}, as in a restored process that gets a message. */
  @FunctionalInterface
  public interface Wake {
    void by(byte[] message) throws IOException;
  }

  private RestoreWork(
      Optional<Randomness> randomness,
      Optional<Identities> identities,
      DirectoryFiles directoryFiles)
      throws Failure {
    if (randomness.isPresent()) {
      prepared.orRefuse(
          "repeat each other's random numbers (reseed=off lets them)",
          () -> new RandomnessStep(randomness.get().reseeding()));
    }
    environment = prepared.orRefuse("see the environment of the checkpoint", EnvironmentStep::new);
    prepared.orRefuse(
        "look for files in the working directory of the checkpoint",
        () -> new WorkingDirectoryStep(directoryFiles));
    prepared.orRefuse("take each other's process id for theirs", ProcessIdStep::new);
    prepared.add(new UserStep());
    prepared.add(start);
    prepared.orLose("restored processes tell the start time of the checkpoint", StartTimeStep::new);
    prepared.add(new PropertiesStep());
    prepared.orLose("sockets that --listen moves go on telling their old ports", PortsStep::new);
    prepared.orLose("the heap does not adapt to a lower memory limit", MemoryStep::new);
    prepared.orLose("--vm-option has no effect", VmOptionsStep::new);
    prepared.orLose(
        "the JDK's pools keep their sizes where there are more or fewer processors",
        ProcessorsStep::new);
    prepared.orLose("restored processes keep the time zone of the checkpoint", TimeZoneStep::new);
    prepared.orLose("restored processes keep the locale of the checkpoint", LocaleStep::new);
    prepared.orLose(
        "restored processes keep the host names that were looked up before the checkpoint",
        HostNamesStep::new);
    prepared.orLose("java.util.Timer sleeps beside tasks that are due", TimersStep::new);
    prepared.orLose("tasks by cron expressions are late by the image's age", CronStep::new);
    // At this point the process has its id, its time zone and its host names.
    identities.ifPresent(each -> prepared.add(new IdentityStep(new Renewals(each))));
    prepared.add(new ArgumentsStep());
  }

  /**
   * Finds everything that the steps will need.
   *
   * @param randomness the tracked generators; empty: their seeds stay
   * @param identities the known values of libraries; empty: these values stay
   * @param directoryFiles the application's files that name the working directory
   * @throws Failure this JDK lacks a piece without which a restored process would be wrong
   */
  public static RestoreWork prepare(
      Optional<Randomness> randomness,
      Optional<Identities> identities,
      DirectoryFiles directoryFiles)
      throws Failure {
    return new RestoreWork(randomness, identities, directoryFiles);
  }

  /**
   * Runs steps with present values, so that most code is loaded and linked before the gate is
   * closed. Nothing changes, not even for a moment, because the application runs and {@code
   * System.getenv} reads a map without a lock.
   *
   * @throws Failure a step has failed
   */
  public void load() throws Failure {
    try {
      RestoreMessage message = message(environment.lines(), null, directory(), true);
      prepared.tryOut(message);
    } catch (Throwable e) {
      throw unsuitable(e);
    } finally {
      System.clearProperty(PORT_PROPERTY);
      StartStep.clear();
    }
  }

  /**
   * Runs the work of a restore while the gate is closed. Every round has a message with a new
   * value, one with a changed value, and one with the original values. It leaves no change behind.
   *
   * @param rounds the number of rounds, whose time is limited
   * @param isThorough whether the first round also runs code that restores seldom run
   * @throws Failure a step has failed
   */
  public void rehearse(int rounds, boolean isThorough, Wake wake) throws Failure {
    List<String> arguments = ArgumentsStep.current();
    RestoreTime time = RestoreTime.last();
    try {
      for (RestoreStep step : steps) {
        step.prepare();
      }
      List<byte[]> variables = environment.lines();
      List<byte[]> more = with(variables, REHEARSAL + "=1");
      List<List<byte[]>> others =
          List.of(with(variables, REHEARSAL + "=2"), with(variables, REHEARSAL + "=22"));
      List<String> directory = directory();
      List<String> properties = new ArrayList<>(directory);
      properties.add(REHEARSAL + "=1");
      long end = System.nanoTime() + WARM_UP_LIMIT.toNanos();
      for (int i = 0; i < rounds && System.nanoTime() - end < 0; i++) {
        boolean isFirst = isThorough && i == 0;
        play(message(more, List.of("x"), properties, isFirst), wake, isFirst);
        List<byte[]> other = others.get(i % others.size());
        play(message(other, List.of("x", "y"), properties, false), wake, false);
        play(message(variables, null, directory, isFirst), wake, isFirst);
      }
    } catch (Throwable e) {
      throw unsuitable(e);
    } finally {
      System.clearProperty(REHEARSAL);
      ArgumentsStep.set(arguments);
      RestoreTime.setLast(time);
      System.clearProperty(PORT_PROPERTY);
      StartStep.clear();
    }
  }

  private static List<byte[]> with(List<byte[]> variables, String another) {
    List<byte[]> all = new ArrayList<>(variables);
    all.add(another.getBytes(NativeEncoding.CHARSET));
    return all;
  }

  /** Releases all objects of the application that were kept for a restore. */
  public void release() {
    steps.forEach(RestoreStep::release);
  }

  private void play(RestoreMessage message, Wake wake, boolean isThorough) throws Throwable {
    wake.by(message.encode(NativeEncoding.CHARSET));
    if (isThorough) {
      for (RestoreStep step : steps) {
        step.rehearse();
      }
      message.imageId();
      line("", 1, phases.withCallbacks(1).line());
    }
  }

  /**
   * Returns the option that keeps the value of {@code user.dir}, or none if it is the working
   * directory.
   */
  private static List<String> directory() {
    String property = System.getProperty("user.dir");
    byte[] actual = Kernel.workingDirectory();
    return actual != null && new String(actual, NativeEncoding.CHARSET).equals(property)
        ? List.of()
        : List.of("user.dir=" + property);
  }

  private static Failure unsuitable(Throwable e) {
    return new Failure(
        "checkpoint failed",
        "the restore rehearsal failed: " + e,
        "set CRJVM_DEBUG=1 for more and report it",
        e);
  }

  /**
   * @param arguments the arguments, or null if those of the checkpoint stay
   * @param withPort whether sockets are searched for a moved port
   */
  private static RestoreMessage message(
      List<byte[]> environment, List<String> arguments, List<String> properties, boolean withPort) {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("image", "/");
    values.put("image-id", StartStep.NO_IMAGE.toString());
    values.put("verbose", "0");
    values.put("started", Long.toString(System.nanoTime() + Duration.ofDays(1).toNanos()));
    values.put("offset", Long.toString(-Duration.ofDays(1).toNanos()));
    values.put("watch", "-1 0"); // no timer
    values.put("keep-arguments", arguments == null ? "1" : "0");
    if (withPort) {
      values.put("port." + Integer.MAX_VALUE, "tcp 0 0"); // no socket
    }
    return new RestoreMessage(
        values, arguments == null ? List.of() : arguments, properties, environment);
  }

  /**
   * Reads the message, applies it and opens the gate.
   *
   * @param arrival the time of its arrival by {@code System.nanoTime}
   * @throws IOException the message could not be applied, and the process must not continue
   */
  public RestoreMessage run(byte[] bytes, long arrival, Runnable openGate) throws IOException {
    RestoreMessage message = RestoreMessage.parse(bytes, bytes.length, NativeEncoding.CHARSET);
    RestoreTime time = RestoreTime.of(message);
    RestoreTime.setLast(time);
    long[] ends = new long[steps.size() + 1];
    List<Supplier<String>> changes = new ArrayList<>(ends.length);
    ends[0] = System.nanoTime();
    for (int i = 1; i < ends.length; i++) {
      RestoreStep step = steps.get(i - 1);
      try {
        changes.add(step.apply(message));
      } catch (Throwable e) {
        throw new IOException(step.name() + ": " + e, e);
      }
      ends[i] = System.nanoTime();
    }
    long done = ends[ends.length - 1];
    openGate.run();
    long end = System.nanoTime();
    reportIn(message);
    phases = new RestorePhases(Math.max(arrival - time.nanos(), 0), done - arrival, end - done, 0);
    if (message.isVerbose()) {
      log(arrival, ends, changes);
    }
    if (!message.imageId().equals(StartStep.NO_IMAGE)) {
      finishSteps();
    }
    return message;
  }

  /** Does what steps do beside the application, which runs already and goes on if one fails. */
  private void finishSteps() {
    for (RestoreStep step : steps) {
      try {
        step.afterGate();
      } catch (Throwable e) {
        Console.trace(e);
        Console.say("restore: " + step.name() + ": " + e);
      }
    }
  }

  /** Stops the restorer's timer. */
  private static void reportIn(RestoreMessage message) {
    int[] watch = message.watch();
    if (watch != null) {
      Kernel.deleteTimer(watch[0], watch[1]);
    }
  }

  private void log(long arrival, long[] ends, List<Supplier<String>> changes) {
    log("restorer", phases.restorer(), "from its start until the agent's thread was awake");
    log("message", ends[0] - arrival, "");
    for (int i = 1; i < ends.length; i++) {
      log(steps.get(i - 1).name(), ends[i] - ends[i - 1], changes.get(i - 1).get());
    }
    log("gate", phases.gate(), "");
  }

  private static void log(String name, long nanos, String what) {
    Console.say(line(name, nanos, what));
  }

  private static String line(String name, long nanos, String what) {
    String line = "restore: " + name + ": " + RestorePhases.text(nanos);
    return what.isEmpty() ? line : line + ": " + what;
  }

  /**
   * Keeps the report of the last restore, and writes it if {@code --report} asks for it.
   *
   * @param callbacks the duration of the application's callbacks in nanoseconds
   */
  public RestorePhases finish(RestoreMessage message, long callbacks) {
    phases = phases.withCallbacks(callbacks);
    RestoreReport report = new RestoreReport(message, start.ageSeconds(), phases);
    RestoreReport.setLast(report);
    message.report().ifPresent(report::write);
    return phases;
  }
}
