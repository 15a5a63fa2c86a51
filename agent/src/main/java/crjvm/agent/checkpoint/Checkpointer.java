package crjvm.agent.checkpoint;

import crjvm.agent.checkpoint.folder.ImageFolder;
import crjvm.agent.checkpoint.folder.ImageSeries;
import crjvm.agent.checkpoint.obstacle.EarlyLook;
import crjvm.agent.checkpoint.order.CheckpointSettings;
import crjvm.agent.checkpoint.order.Findings;
import crjvm.agent.checkpoint.order.Order;
import crjvm.agent.checkpoint.process.Helper;
import crjvm.agent.checkpoint.process.Launcher;
import crjvm.agent.message.Failure;
import crjvm.agent.message.Messages;
import crjvm.crac.RestoreException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/** The maker of checkpoints, which makes one after the other. */
public final class Checkpointer {
  /** The system property that names the place of the next images. */
  private static final String PLACE = "crjvm.image";

  private final CheckpointSettings settings;
  private final ReentrantLock lock = new ReentrantLock();
  private final AtomicBoolean hasBeenTrained = new AtomicBoolean();
  private final ProcessState state;

  public Checkpointer(CheckpointSettings settings) {
    this.settings = settings;
    state = new ProcessState(settings.means().jar());
  }

  /**
   * Checks the image's place before the application starts.
   *
   * @param keep as in {@link CheckpointSettings.Target}
   * @throws Failure an image could not be written to the place
   */
  public static void checkPlace(Path image, OptionalInt keep) throws Failure {
    String what = "no checkpoint will be made";
    if (keep.isPresent()) {
      new ImageSeries(image, keep.getAsInt()).check(what);
    } else {
      new ImageFolder(image).check(what);
    }
  }

  /**
   * Looks at what would make every checkpoint of this process fail.
   *
   * @throws Failure no checkpoint can succeed
   */
  public void lookEarly() throws Failure {
    Helper.checkExistence(Helper.locate(settings.means().helper(), settings.means().jar()));
    EarlyLook.look(
        settings.target().image(),
        settings.rules().secrets(),
        state.knownOrigin().command().arguments());
  }

  /**
   * Makes a checkpoint in this thread. It returns in the original process, unless this process
   * ends, and in every restored process.
   *
   * @throws Failure no image was made, and the application is unchanged; reasons that the
   *     application gave are suppressed exceptions
   * @throws RestoreException there is an image, but callbacks failed afterwards
   */
  public void checkpoint() throws Failure, RestoreException, InterruptedException {
    checkRecursion();
    lock.lockInterruptibly();
    try {
      Order order = ownOrder();
      new Checkpoint(state, settings, order).run();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Makes a checkpoint like {@link #checkpoint()}, but on an order from outside of the application.
   * It does not wait for other checkpoints.
   */
  public void checkpoint(Order order) throws Failure, RestoreException, InterruptedException {
    lockNow();
    try {
      new Checkpoint(state, settings, inSeries(order)).run();
    } finally {
      lock.unlock();
    }
  }

  /** Returns the obstacles and losses that a checkpoint would have now. */
  public Findings list() throws Failure, InterruptedException {
    lockNow();
    try {
      return Listing.of(
          settings, state.knownOrigin(), state.ownFiles(Launcher.jar(settings.means().jar())));
    } finally {
      lock.unlock();
    }
  }

  private void lockNow() throws Failure {
    if (!lock.tryLock()) {
      throw new Failure(
          Messages.FAILED, "another checkpoint is being made", "try again when it is over");
    }
  }

  private Order ownOrder() throws Failure {
    if (settings.target().keep().isEmpty()) {
      return new Order(place(), settings.target().isLast(), trainingFile(), line -> {});
    }
    return next(new Order(place(), false, trainingFile(), line -> {}));
  }

  /**
   * Returns the order for the next image of the series if the order names the folder of the series,
   * because a series continues with its newest image.
   */
  private Order inSeries(Order order) throws Failure {
    boolean isNext = settings.target().keep().isPresent() && isSame(order.image(), place());
    return isNext ? next(order) : order;
  }

  private Order next(Order order) throws Failure {
    ImageSeries series = new ImageSeries(place(), settings.target().keep().getAsInt());
    series.check(Messages.FAILED);
    return new Order(
        series.next(Messages.FAILED),
        order.isLast(),
        order.trainingFile(),
        line -> {
          series.prune();
          order.ready().accept(line);
        });
  }

  /**
   * Returns whether both paths are the same folder. A folder that does not exist is compared by its
   * name only.
   */
  private static boolean isSame(Path one, Path other) {
    try {
      return one.equals(other) || Files.isSameFile(one, other);
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Returns the training file for the first image only. Later images, also those of its copies,
   * contain the work of the tool, while the first one is made before its main method.
   */
  private Optional<Path> trainingFile() {
    return hasBeenTrained.getAndSet(true) ? Optional.empty() : settings.warmth().trainingFile();
  }

  /**
   * Checks that this thread may ask for a checkpoint, for callers that print something before they
   * ask.
   *
   * @throws Failure this thread is already making a checkpoint
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

  /** Returns whether this process was restored from an image. */
  public boolean isRestored() {
    return state.isRestored();
  }

  /**
   * Returns the arguments of the last restore. It returns nothing if there was no restore, or if
   * the restore kept the arguments.
   */
  public Optional<List<String>> newArguments() {
    return state.hasNewArguments() ? Optional.of(arguments()) : Optional.empty();
  }

  /** Removes the files that a checkpoint or a restored process would leave behind. */
  public void cleanUp() {
    state.cleanUp();
  }

  /**
   * Gives up a checkpoint that is being made, says so, and cleans up, because the JVM ends. No
   * image is published afterwards.
   *
   * @return whether a checkpoint was being made
   */
  public boolean end() {
    return state.end();
  }

  /** Returns whether the JVM ends, which has been said if a checkpoint was being made. */
  public boolean isEnding() {
    return state.unfinished().isEnding();
  }

  /**
   * Returns the arguments of this start. If the restore got none, they are those of the checkpoint.
   */
  public List<String> arguments() {
    try {
      return state.origin().command().arguments();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns the place of the next image. A restored process may run in another place than the JVM
   * whose options named the folder.
   */
  private Path place() throws Failure {
    String property = System.getProperty(PLACE, "");
    try {
      return property.isEmpty()
          ? settings.target().image()
          : Path.of(property).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      throw new Failure(
          Messages.FAILED,
          "\"" + property + "\" can't be an image folder",
          "set another -D" + PLACE + "=DIR",
          e);
    }
  }
}
