package crjvm.agent.checkpoint;

import crjvm.agent.message.Failure;
import crjvm.agent.os.ProcessFactory;
import crjvm.agent.restore.RestoreRequest;
import crjvm.crac.RestoreException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** Makes checkpoints, one after the other. */
public final class Checkpointer {
  private final Settings settings;
  private final ProcessFactory factory;
  private final ReentrantLock lock = new ReentrantLock();
  private final PerfDataCleaner perfDataCleaner = new PerfDataCleaner();
  private volatile PartialFolder unfinished;
  private volatile boolean isRestored;
  private volatile List<String> restoredArguments;
  private volatile List<String> arguments;

  /**
   * What a checkpoint needs to know.
   *
   * @param image absolute
   * @param helper if not one of the usual places
   * @param timeLimit of the dump
   * @param warmPoint for people
   * @param isLast the original process ends after its checkpoint
   * @param jar crjvm's own, absolute
   */
  public record Settings(
      Path image,
      Optional<Path> helper,
      Duration timeLimit,
      String warmPoint,
      boolean isLast,
      Path jar) {}

  public Checkpointer(Settings settings, ProcessFactory factory) {
    this.settings = settings;
    this.factory = factory;
  }

  /**
   * Looks at the image's place before the application starts.
   *
   * @throws Failure an image could not be written to the place
   */
  public static void checkPlace(Path image) throws Failure {
    new ImageFolder(image).check();
  }

  /**
   * Makes a checkpoint in this thread. Returns in the original process unless it is to end, and in
   * every restored process.
   *
   * @throws Failure no image was made and the application is as it was; reasons of the
   *     application's are suppressed exceptions
   * @throws RestoreException there is an image, but callbacks failed afterwards
   */
  public void checkpoint() throws Failure, RestoreException, InterruptedException {
    checkRecursion();
    lock.lockInterruptibly();
    try {
      checkOrigin();
      new Checkpoint(this, settings, factory).run();
    } finally {
      lock.unlock();
    }
  }

  /**
   * For callers that say something before they ask.
   *
   * @throws Failure this thread is inside of a checkpoint
   */
  public void checkRecursion() throws Failure {
    if (lock.isHeldByCurrentThread()) {
      Failure failure =
          new Failure(
              Messages.FAILED,
              "a callback asked for a checkpoint during a checkpoint",
              "ask for it outside of callbacks");
      failure.addSuppressed(new IllegalStateException("recursive checkpoint"));
      throw failure;
    }
  }

  /** Memory that is still the image's would be missing from the dump. */
  private void checkOrigin() throws Failure {
    if (isRestored) {
      throw new Failure(
          Messages.FAILED,
          "this process was itself restored from an image",
          "make images of processes that were started normally");
    }
  }

  /**
   * The arguments of the last restore; empty: there was none, or it kept those of the checkpoint.
   */
  public Optional<List<String>> restoredArguments() {
    return Optional.ofNullable(restoredArguments);
  }

  /**
   * At the end of the JVM: removes what would be left of a checkpoint, or of a restored process.
   */
  public void cleanUp() {
    PartialFolder folder = unfinished;
    if (folder != null) {
      folder.delete();
    }
    perfDataCleaner.clean();
  }

  /** In a restored process: those of its start, or of the checkpoint. */
  List<String> arguments() {
    return arguments;
  }

  void setUnfinished(PartialFolder folder) {
    unfinished = folder;
  }

  void setFinished() {
    unfinished = null;
  }

  /** In a restored process: whatever was unfinished is another process's. */
  void setRestored(RestoreRequest request, List<String> checkpointArguments) {
    arguments = request.keepsArguments() ? checkpointArguments : request.arguments();
    isRestored = true;
    restoredArguments = request.keepsArguments() ? null : request.arguments();
  }

  PerfDataCleaner perfDataCleaner() {
    return perfDataCleaner;
  }
}
