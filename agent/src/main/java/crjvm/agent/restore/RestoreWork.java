package crjvm.agent.restore;

import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import crjvm.agent.os.NativeEncoding;
import crjvm.agent.randomness.Randomness;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * All steps of a restore, in their order: prepared and rehearsed before the dump, so that they only
 * have to run after it.
 */
public final class RestoreWork {
  private static final String REHEARSAL = "crjvm.rehearsal";

  private final EnvironmentStep environment;
  private final List<RestoreStep> steps;
  private RestorePhases phases = new RestorePhases(0, 0, 0, 0);

  private RestoreWork(EnvironmentStep environment, Optional<Randomness> randomness)
      throws ReflectiveOperationException {
    this.environment = environment;
    List<RestoreStep> all = new ArrayList<>();
    if (randomness.isPresent()) {
      all.add(new RandomnessStep(randomness.get().reseeding()));
    }
    all.add(environment);
    all.add(new WorkingDirectoryStep());
    all.add(new ProcessIdStep());
    all.add(new UserStep());
    all.add(new PropertiesStep());
    all.add(new PortsStep());
    all.add(new VmOptionsStep());
    all.add(new TimeZoneStep());
    all.add(new LocaleStep());
    all.add(new HostNamesStep());
    all.add(new ArgumentsStep());
    steps = List.copyOf(all);
  }

  /**
   * Finds everything that the steps will need.
   *
   * @param randomness empty: what is random stays as it is
   * @throws Failure this JDK keeps something elsewhere than the steps look
   */
  public static RestoreWork prepare(Optional<Randomness> randomness) throws Failure {
    try {
      return new RestoreWork(new EnvironmentStep(), randomness);
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw new Failure(
          "checkpoint failed",
          "this JDK (" + System.getProperty("java.vm.version") + ") lacks " + e.getMessage(),
          "use a HotSpot JDK from 17 to 25",
          e);
    }
  }

  /**
   * Runs steps with what is true anyway, so that most code is loaded and linked when the gate is
   * closed. Nothing changes, not even for a moment: the application runs, and {@code System.getenv}
   * reads a map without a lock.
   *
   * @throws Failure a step did not work
   */
  public void load() throws Failure {
    try {
      play(request(environment.lines(), List.of(), List.of(directory()), "1"), true);
    } catch (Throwable e) {
      throw unsuitable(e);
    } finally {
      System.clearProperty("crjvm.listen.0");
    }
  }

  /**
   * Runs every step, with the gate closed: once with something new, once with what was true before.
   * Leaves nothing behind.
   *
   * @throws Failure a step did not work
   */
  public void rehearse() throws Failure {
    List<String> arguments = ArgumentsStep.current();
    try {
      List<byte[]> variables = environment.lines();
      List<byte[]> more = new ArrayList<>(variables);
      more.add((REHEARSAL + "=1").getBytes(NativeEncoding.CHARSET));
      play(request(more, List.of("x"), List.of(directory(), REHEARSAL + "=1"), "0"), false);
      play(request(variables, List.of(), List.of(directory()), "1"), false);
    } catch (Throwable e) {
      throw unsuitable(e);
    } finally {
      System.clearProperty(REHEARSAL);
      ArgumentsStep.set(arguments);
      System.clearProperty("crjvm.listen.0");
    }
  }

  private static String directory() {
    return "user.dir=" + System.getProperty("user.dir");
  }

  private static Failure unsuitable(Throwable e) {
    return new Failure(
        "checkpoint failed",
        "the restore did not stand a rehearsal: " + e,
        "set CRJVM_DEBUG=1 for more and report it",
        e);
  }

  private void play(RestoreRequest request, boolean isApplicationRunning) throws Throwable {
    byte[] bytes = request.encode(NativeEncoding.CHARSET);
    RestoreRequest parsed = RestoreRequest.parse(bytes, bytes.length, NativeEncoding.CHARSET);
    for (RestoreStep step : steps) {
      if (!isApplicationRunning || !step.needsGate()) {
        step.apply(parsed);
        step.rehearse();
      }
    }
    parsed.imageId();
    RestoreTime.of(parsed);
    phases.withCallbacks(1).line();
  }

  private static RestoreRequest request(
      List<byte[]> environment, List<String> arguments, List<String> properties, String keep) {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("image-id", new UUID(0, 0).toString());
    values.put("verbose", "0");
    values.put("started", "1");
    values.put("offset", "0");
    values.put("keep-arguments", keep);
    values.put("port." + Integer.MAX_VALUE, "tcp 0 0"); // of no socket
    return new RestoreRequest(values, arguments, properties, environment);
  }

  /**
   * Reads the request, applies it and lets the application go.
   *
   * @throws IOException no restored process could be made of this one: it must not go on
   */
  public RestoreRequest run(byte[] bytes, int length, Runnable openGate) throws IOException {
    long start = System.nanoTime();
    RestoreRequest request = RestoreRequest.parse(bytes, length, NativeEncoding.CHARSET);
    RestoreTime time = RestoreTime.of(request);
    time.set();
    long[] times = new long[steps.size()];
    List<Supplier<String>> changes = new ArrayList<>();
    for (int i = 0; i < times.length; i++) {
      long before = System.nanoTime();
      try {
        changes.add(steps.get(i).apply(request));
      } catch (Throwable e) {
        throw new IOException(steps.get(i).name() + ": " + e, e);
      }
      times[i] = System.nanoTime() - before;
    }
    long before = System.nanoTime();
    openGate.run();
    long end = System.nanoTime();
    phases = new RestorePhases(Math.max(start - time.nanos(), 0), before - start, end - before, 0);
    if (request.isVerbose()) {
      log(times, changes);
    }
    return request;
  }

  private void log(long[] times, List<Supplier<String>> changes) {
    for (int i = 0; i < times.length; i++) {
      String change = changes.get(i).get();
      Console.say(
          "restore: "
              + steps.get(i).name()
              + ": "
              + times[i] / 1000
              + " us"
              + (change.isEmpty() ? "" : ": " + change));
    }
  }

  /** Of the last run; without the application's callbacks, which are yet to come. */
  public RestorePhases phases() {
    return phases;
  }
}
