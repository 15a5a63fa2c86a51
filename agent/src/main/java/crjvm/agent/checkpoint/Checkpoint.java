package crjvm.agent.checkpoint;

import crjvm.agent.checkpoint.aside.FlightRecordings;
import crjvm.agent.checkpoint.dump.Dump;
import crjvm.agent.checkpoint.folder.ImageFolder;
import crjvm.agent.checkpoint.folder.PartialFolder;
import crjvm.agent.checkpoint.folder.Sizes;
import crjvm.agent.checkpoint.folder.Unfinished;
import crjvm.agent.checkpoint.obstacle.ChildProcesses;
import crjvm.agent.checkpoint.obstacle.DescriptorCheck;
import crjvm.agent.checkpoint.obstacle.IdentityCheck;
import crjvm.agent.checkpoint.obstacle.MemoryCheck;
import crjvm.agent.checkpoint.obstacle.Obstacles;
import crjvm.agent.checkpoint.obstacle.SecretCheck;
import crjvm.agent.checkpoint.order.CheckpointSettings;
import crjvm.agent.checkpoint.order.Order;
import crjvm.agent.checkpoint.process.CompilerProcess;
import crjvm.agent.checkpoint.process.Helper;
import crjvm.agent.checkpoint.process.Launcher;
import crjvm.agent.connection.pool.IdleConnections;
import crjvm.agent.event.CheckpointPhases;
import crjvm.agent.event.FlightEvents;
import crjvm.agent.gate.Gate;
import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import crjvm.agent.message.Messages;
import crjvm.agent.os.command.CommandRunner.Result;
import crjvm.agent.os.command.LoneRunner;
import crjvm.agent.os.process.OpenFile;
import crjvm.agent.restore.RestoreMessage;
import crjvm.agent.restore.RestorePhases;
import crjvm.agent.restore.RestoreWork;
import crjvm.crac.RestoreException;
import crjvm.image.OutsideFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The steps of one checkpoint, in the original and in restored processes. */
final class Checkpoint {
  private static final double MEBIBYTE = 1 << 20;

  /** The time that a short command of the application has for its end. */
  private static final Duration CHILD_LIMIT = Duration.ofSeconds(5);

  private final ProcessState state;
  private final CheckpointSettings settings;
  private final Order order;
  private final ImageFolder image;
  private final Path jar;
  private final IdentityCheck identityCheck;
  private final Callbacks callbacks = new Callbacks();
  private final long start = System.nanoTime();
  private List<String> secrets = List.of();
  private List<String> common = List.of();
  private long callbackTime;
  private boolean hasState;
  private long returned;
  private long dumpTime;
  private long compilationTime;

  Checkpoint(ProcessState state, CheckpointSettings settings, Order order) throws Failure {
    this.state = state;
    this.settings = settings;
    this.order = order;
    identityCheck =
        new IdentityCheck(
            settings.rules().identity(),
            settings.tracked().randomness(),
            settings.tracked().identities());
    image = new ImageFolder(order.image());
    jar = Launcher.jar(settings.means().jar());
  }

  void run() throws Failure, RestoreException, InterruptedException {
    image.check(Messages.FAILED);
    Obstacles.check();
    secrets =
        SecretCheck.check(settings.rules().secrets(), state.knownOrigin().command().arguments());
    if (settings.tracked().portable().isPresent()) {
      settings.tracked().portable().get().check(Messages.FAILED);
    }
    Helper helper = new Helper(Helper.locate(settings.means().helper(), jar), new LoneRunner());
    helper.check();
    if (settings.tracked().randomness().isPresent()) {
      settings.tracked().randomness().get().check();
    }
    common = identityCheck.check();
    RestoreWork work =
        RestoreWork.prepare(
            settings.tracked().randomness(),
            settings.tracked().identities(),
            settings.tracked().directoryFiles());
    Gate gate = PlatformThread.call(Gate::new);
    gate.rehearse(work::load);
    FlightEvents.prepare();

    try {
      Optional<RestoreMessage> restored = makeImage(helper, work, gate);
      if (restored.isEmpty()) {
        announce(helper);
      }
      goOn(restored, work);
    } finally {
      gate.release();
    }
  }

  /** Ends the checkpoint in the original or in a restored process. */
  private void goOn(Optional<RestoreMessage> restored, RestoreWork work) throws RestoreException {
    long start = System.nanoTime();
    try {
      callbacks.afterRestore(restored.isPresent());
    } finally {
      if (restored.isPresent()) {
        record(restored.get(), work.finish(restored.get(), System.nanoTime() - start));
      } else {
        record();
      }
    }
  }

  /** Records the checkpoint in the original process, if it continues. */
  private void record() {
    FlightEvents.checkpoint(
        image.path(), size(), new CheckpointPhases(callbackTime, dumpTime, compilationTime));
  }

  /**
   * Records the restore. It runs after the callbacks, so that the phases include all of the
   * restore.
   */
  private static void record(RestoreMessage message, RestorePhases phases) {
    if (message.isVerbose()) {
      Console.say(phases.line());
    }
    FlightEvents.restored(message.imageId(), phases);
  }

  /**
   * Returns the message in a restored process, where it has been applied, and nothing in the
   * original.
   */
  private Optional<RestoreMessage> makeImage(Helper helper, RestoreWork work, Gate gate)
      throws Failure, InterruptedException {
    try {
      long start = System.nanoTime();
      ClosedPorts ports = new ClosedPorts();
      callbacks.beforeCheckpoint();
      ports.report();
      callbackTime = System.nanoTime() - start;
      return dumpWithoutIdleConnections(helper, work, gate);
    } catch (Failure | InterruptedException | RuntimeException | Error failure) {
      callbacks.afterFailure(failure);
      throw failure;
    }
  }

  private Optional<RestoreMessage> dumpWithoutIdleConnections(
      Helper helper, RestoreWork work, Gate gate) throws Failure, InterruptedException {
    ChildProcesses.awaitEnd(CHILD_LIMIT);
    identityCheck.refuse();
    MemoryCheck.check();
    settings.tracked().files().checkNumber(settings.rules().stale());
    IdleConnections idle = settings.tracked().connections().closeIdle();
    try {
      List<OpenFile> toClose =
          DescriptorCheck.check(settings.rules().descriptors(), state.ownFiles(jar));
      settings.tracked().connections().report();
      return dumpAndCompile(helper, work, gate, toClose);
    } finally {
      idle.goOn(); // The application may need its pools in callbacks.
    }
  }

  private Optional<RestoreMessage> dumpAndCompile(
      Helper helper, RestoreWork work, Gate gate, List<OpenFile> toClose)
      throws Failure, InterruptedException {
    state.unfinished().check();
    PartialFolder folder = PartialFolder.create(image.path());
    state.unfinished().set(folder);
    FlightRecordings recordings = new FlightRecordings();
    try {
      recordings.end();
      Dump dump =
          new Dump(
              settings,
              state.knownOrigin(),
              new Dump.Facts(secrets, common, helper.engineVersion(), toClose),
              state.unfinished(),
              state.perfDataCleaner(),
              gate);
      Optional<RestoreMessage> restored =
          PlatformThread.call(() -> dump(dump, folder, helper, work, gate));
      if (restored.isEmpty()) {
        recordings.beginAgain();
        compile(folder);
        return restored;
      }
      state.setRestored(restored.get());
      settings.tracked().files().setImage(Path.of(restored.get().values().get("image")));
      if (!isTrial()) {
        recordings.beginAgain();
      }
      return restored;
    } catch (Failure | InterruptedException | RuntimeException | Error e) {
      recordings.beginAgain();
      state.unfinished().clear();
      settings.tracked().files().giveUp();
      folder.abandon();
      if (state.unfinished().isEnding()) {
        throw Unfinished.ending(e); // Whatever has failed, it was because the folder is gone.
      }
      throw e;
    }
  }

  /**
   * Dumps the process. In an original process that ends after its checkpoint, this method does not
   * return. The application must do nothing more there, because every restored process would do it
   * again.
   */
  private Optional<RestoreMessage> dump(
      Dump dump, PartialFolder folder, Helper helper, RestoreWork work, Gate gate)
      throws Failure, InterruptedException {
    long begun = System.nanoTime();
    List<Path> program = new ArrayList<>(state.ownFiles(jar));
    program.addAll(List.of(jar.getParent(), image.path(), folder.path()));
    Optional<RestoreMessage> restored = dump.run(folder, program, helper, work, order.isLast());
    hasState = dump.outside().stream().anyMatch(file -> file.kind() == OutsideFile.Kind.WRITTEN);
    if (restored.isEmpty()) {
      returned = dump.returned();
      dumpTime = System.nanoTime() - begun;
      if (order.isLast()) {
        gate.finish(
            () -> {
              compile(folder);
              announce(helper);
              // Shutdown hooks might delete files that the image needs, so they are not run.
              Runtime.getRuntime().halt(0);
            });
      }
    }
    return restored;
  }

  private void compile(PartialFolder folder) throws Failure, InterruptedException {
    long begun = System.nanoTime();
    Result result =
        new CompilerProcess(LoneRunner.untilIdle(), state.knownOrigin().java(), jar)
            .compile(folder, recordsWorkingSet(), order.trainingFile());
    publish(folder);
    CompilerProcess.report(result);
    settings.tracked().files().confirm(!order.isLast());
    compilationTime = System.nanoTime() - begun;
    state.unfinished().clear();
    folder.delete();
  }

  /**
   * Returns whether this process is a trial restore. Its flight recording would interfere with that
   * of the original, which writes to the same file.
   */
  private static boolean isTrial() {
    return Boolean.getBoolean("crjvm.trial");
  }

  /**
   * Returns whether trial restores record the working set. If the image has state in files outside
   * of it, they don't, because they would write to these files.
   */
  private boolean recordsWorkingSet() {
    return settings.warmth().recordsWorkingSet()
        && !settings.warmth().urls().isEmpty()
        && !hasState;
  }

  private void publish(PartialFolder folder) throws Failure {
    try {
      state.unfinished().publish(() -> image.publish(folder.image(), folder.graveyard()));
    } catch (IOException e) {
      throw new Failure(
          Messages.FAILED,
          "the image could not be put in its place \""
              + image.path()
              + "\" ("
              + e.getMessage()
              + ")",
          "choose another image=DIR",
          e);
    }
  }

  /** Reports the image in the original process. */
  private void announce(Helper helper) {
    double seconds = (System.nanoTime() - start) / 1e9;
    String line =
        String.format(
            "image ready: \"%s\", %.0f MiB%s, %.1f s; run it with: %s run --image %s",
            image.path(),
            size() / MEBIBYTE,
            Sizes.describe(image.path(), returned),
            seconds,
            Launcher.shellWord(Launcher.command(jar)),
            Launcher.shellWord(image.path().toString()));
    Console.say(line);
    order.ready().accept(line);
    if (helper.suspendsFilters()) {
      Console.say(
          "the seccomp filter that the application has put itself under is not in the image;"
              + " where it matters, install it again in an afterRestore callback");
    }
  }

  private long size() {
    try {
      return image.size();
    } catch (IOException e) {
      Console.trace(e); // The size is only for messages.
      return 0;
    }
  }
}
