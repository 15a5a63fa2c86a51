package crjvm.agent.checkpoint;

import crjvm.agent.gate.Gate;
import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import crjvm.agent.os.LoneRunner;
import crjvm.agent.os.OpenFile;
import crjvm.agent.os.ProcessFactory;
import crjvm.agent.os.ProcessRunner;
import crjvm.agent.restore.RestoreRequest;
import crjvm.agent.restore.RestoreWork;
import crjvm.crac.CheckpointException;
import crjvm.crac.Context;
import crjvm.crac.Core;
import crjvm.crac.Resource;
import crjvm.crac.RestoreException;
import crjvm.entry.RestoreListeners;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The story of one checkpoint, on both of its sides. */
final class Checkpoint {
  private static final double MEBIBYTE = 1 << 20;
  private static final Duration FLUSH_LIMIT = Duration.ofSeconds(2);

  private final Checkpointer owner;
  private final Checkpointer.Settings settings;
  private final ProcessRunner runner;
  private final ImageFolder image;
  private final Path jar;
  private final Context<Resource> resources = Core.getGlobalContext();

  Checkpoint(Checkpointer owner, Checkpointer.Settings settings, ProcessFactory factory)
      throws Failure {
    this.owner = owner;
    this.settings = settings;
    runner = new ProcessRunner(factory);
    image = new ImageFolder(owner.place());
    jar = Launcher.jar(settings.jar());
  }

  void run() throws Failure, RestoreException, InterruptedException {
    long start = System.nanoTime();
    image.check(Messages.FAILED);
    Obstacles.check();
    if (settings.portable().isPresent()) {
      settings.portable().get().check(Messages.FAILED);
    }
    Helper helper = new Helper(Helper.locate(settings.helper(), jar), new LoneRunner());
    helper.check();
    if (settings.randomness().isPresent()) {
      settings.randomness().get().check();
    }
    RestoreWork work = RestoreWork.prepare(settings.randomness());
    Gate gate = PlatformThread.call(Gate::new);
    gate.rehearse(work::rehearse);

    try {
      boolean isRestored = makeImage(helper, work, gate).isPresent();
      if (!isRestored) {
        finish(start, helper);
      }
      tellOfRestore(isRestored);
    } finally {
      gate.release();
    }
  }

  /** In the original process: may end it. */
  private void finish(long start, Helper helper) throws InterruptedException {
    announce(start);
    if (helper.suspendsFilters()) {
      Console.say(
          "the seccomp filter that the application has put itself under is not in the image;"
              + " where it matters, install it again in an afterRestore callback");
    }
    if (settings.isLast()) {
      end();
    }
  }

  /** The gate is open: callbacks may need other threads. */
  private void tellOfRestore(boolean isRestored) throws RestoreException {
    RestoreException failures = null;
    try {
      resources.afterRestore(null);
    } catch (RestoreException e) {
      failures = e;
    }
    if (isRestored) {
      tellListeners();
    }
    if (failures != null) {
      throw failures;
    }
  }

  private void tellResources() throws Failure {
    try {
      resources.beforeCheckpoint(null);
    } catch (CheckpointException e) {
      Throwable first = e.getSuppressed()[0];
      Failure failure =
          new Failure(
              Messages.FAILED,
              "a beforeCheckpoint callback of the application failed (" + first + ")",
              "see what it needs, CRJVM_DEBUG=1 shows where it failed");
      for (Throwable each : e.getSuppressed()) {
        failure.addSuppressed(each);
      }
      throw failure;
    }
  }

  /**
   * The application goes on: its resources have to know, and what they say belongs to the failure.
   */
  private void addFailures(Failure failure) {
    try {
      resources.afterRestore(null);
    } catch (RestoreException e) {
      for (Throwable each : e.getSuppressed()) {
        failure.addSuppressed(each);
      }
    }
  }

  /** Empty in the original process; the request in a restored one, where it has been applied. */
  private Optional<RestoreRequest> makeImage(Helper helper, RestoreWork work, Gate gate)
      throws Failure, InterruptedException {
    try {
      tellResources();
      return dumpAndCompile(helper, work, gate);
    } catch (Failure failure) {
      addFailures(failure);
      throw failure;
    }
  }

  private Optional<RestoreRequest> dumpAndCompile(Helper helper, RestoreWork work, Gate gate)
      throws Failure, InterruptedException {
    Obstacles.checkChildren();
    List<OpenFile> toClose = DescriptorCheck.check(settings.policies(), ownFiles());
    MemoryCheck.check();
    PartialFolder folder = PartialFolder.create(image.path());
    owner.setUnfinished(folder);
    FlightRecordings recordings = new FlightRecordings();
    try {
      recordings.end();
      Dump dump =
          new Dump(
              settings, origin(), owner.perfDataCleaner(), helper.engineVersion(), gate, toClose);
      Optional<RestoreRequest> restored =
          PlatformThread.call(() -> dump.run(folder, helper, work, owner::setFinished));
      if (restored.isPresent() || !settings.isLast()) {
        recordings.beginAnew();
      }
      if (restored.isPresent()) {
        owner.setRestored(restored.get());
        return restored;
      }
      new CompilerProcess(runner, jar).compile(folder);
      publish(folder);
    } catch (Failure | InterruptedException | RuntimeException e) {
      recordings.beginAnew();
      owner.setUnfinished(null);
      folder.abandon();
      throw e;
    }
    owner.setFinished();
    folder.delete();
    return Optional.empty();
  }

  /** What the JVM and the agent need, whatever a policy says. */
  private List<Path> ownFiles() throws Failure {
    List<Path> files = new ArrayList<>(origin().classPath());
    files.add(jar);
    files.add(Path.of(System.getProperty("java.home")));
    return files;
  }

  private Origin origin() throws Failure {
    try {
      return owner.origin();
    } catch (IOException e) {
      throw new Failure(
          Messages.FAILED,
          "how the JVM was started can't be found out (" + e.getMessage() + ")",
          "see that /proc is mounted",
          e);
    }
  }

  private void publish(PartialFolder folder) throws Failure {
    try {
      image.publish(folder.image(), folder.graveyard());
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

  private void announce(long start) {
    double seconds = (System.nanoTime() - start) / 1e9;
    long size = 0;
    try {
      size = image.size();
    } catch (IOException e) {
      Console.trace(e); // only for the message
    }
    Console.say(
        String.format(
            "image ready: \"%s\", %.0f MiB, %.1f s; run it with: %s run --image %s",
            image.path(), size / MEBIBYTE, seconds, Launcher.command(jar), image.path()));
  }

  /** No shutdown hooks: they might delete what the image relies on. */
  private static void end() throws InterruptedException {
    Thread flush = new Thread(Checkpoint::flush, "crjvm flush");
    flush.setDaemon(true);
    flush.start();
    flush.join(FLUSH_LIMIT.toMillis()); // another thread may keep a stream's lock for ever
    Runtime.getRuntime().halt(0);
  }

  private static void flush() {
    System.out.flush();
    System.err.flush();
  }

  private void tellListeners() {
    List<String> arguments = owner.restoredArguments();
    for (var listener : RestoreListeners.all()) {
      try {
        listener.onRestore(arguments);
      } catch (Exception e) {
        Console.say(
            "a restore listener of the application failed: " + e + "; CRJVM_DEBUG=1 shows where");
        Console.trace(e);
      }
    }
  }
}
