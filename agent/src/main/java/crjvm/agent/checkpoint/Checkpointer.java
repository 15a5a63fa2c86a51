package crjvm.agent.checkpoint;

import crjvm.agent.connection.Connections;
import crjvm.agent.file.OutsideFiles;
import crjvm.agent.identity.Identities;
import crjvm.agent.identity.IdentityPolicy;
import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import crjvm.agent.policy.Policies;
import crjvm.agent.portable.PortableJvm;
import crjvm.agent.randomness.Randomness;
import crjvm.agent.restore.RestoreRequest;
import crjvm.agent.secret.SecretPolicy;
import crjvm.agent.setting.KnownSettings;
import crjvm.crac.RestoreException;
import crjvm.image.StaleFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/** The maker of checkpoints, which makes one after the other. */
public final class Checkpointer {
  /** The system property that names the place of the next images. */
  private static final String PLACE = "crjvm.image";

  private final Settings settings;
  private final ReentrantLock lock = new ReentrantLock();
  private final PerfDataCleaner perfDataCleaner = new PerfDataCleaner();
  private final AtomicBoolean isTrained = new AtomicBoolean();
  private volatile PartialFolder unfinished;
  private volatile boolean hasNewArguments;
  private volatile boolean isRestored;
  private volatile Origin origin;

  /**
   * The settings of a checkpoint.
   *
   * @param image the absolute path of the image; the property {@code crjvm.image} takes precedence
   * @param keep the number of images of a series that are kept, in which case {@code image} is the
   *     folder of the series; empty: there is one image
   * @param helper the path of the helper, if it is not in one of the usual places
   * @param timeLimit the time limit of the dump
   * @param warmPoint the name of the warm point for messages
   * @param warmUp the addresses that the warm-up has requested
   * @param trains whether a trial restore finds out which memory the answers need
   * @param trainingFile the command lines that are used to check the image
   * @param isLast whether the original process ends after a checkpoint that the application asks
   *     for
   * @param jar the absolute path of crjvm's jar
   * @param portable limits the JVM's code to a level of CPUs
   * @param randomness knows the generators that made their own seed; empty: copies may repeat each
   *     other's random numbers
   * @param identities knows the values of libraries that identify the process; empty: these values
   *     stay
   * @param policies the policies for open descriptors
   * @param secrets the reaction to secrets that the image would contain
   * @param identity the reaction to values that copies would share
   * @param connections knows the owners of connections and the pools that keep some open
   * @param files the files that the process has used
   * @param stale the reaction of a start to a changed file that the application has read
   * @param known the settings with which the application was configured
   */
  public record Settings(
      Path image,
      OptionalInt keep,
      Optional<Path> helper,
      Duration timeLimit,
      String warmPoint,
      List<String> warmUp,
      boolean trains,
      Optional<Path> trainingFile,
      boolean isLast,
      Path jar,
      Optional<PortableJvm> portable,
      Optional<Randomness> randomness,
      Optional<Identities> identities,
      Policies policies,
      SecretPolicy secrets,
      IdentityPolicy identity,
      Connections connections,
      OutsideFiles files,
      StaleFiles stale,
      KnownSettings known) {}

  public Checkpointer(Settings settings) {
    this.settings = settings;
  }

  /**
   * Checks the image's place before the application starts.
   *
   * @param keep as in {@link Settings}
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
      new Checkpoint(this, settings, order).run();
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
      new Checkpoint(this, settings, inSeries(order)).run();
    } finally {
      lock.unlock();
    }
  }

  /** Returns the obstacles and losses that a checkpoint would have now. */
  public Findings list() throws Failure, InterruptedException {
    lockNow();
    try {
      return Listing.of(settings, knownOrigin(), ownFiles(Launcher.jar(settings.jar())));
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

  /** Returns the files that the JVM and the agent need, whatever a policy says. */
  List<Path> ownFiles(Path jar) throws Failure {
    List<Path> files = new ArrayList<>(knownOrigin().classPath());
    files.add(jar);
    files.add(Path.of(System.getProperty("java.home")));
    return files;
  }

  Origin knownOrigin() throws Failure {
    try {
      return origin();
    } catch (IOException e) {
      throw new Failure(
          Messages.FAILED,
          "how the JVM was started can't be found out (" + e.getMessage() + ")",
          "see that /proc is mounted",
          e);
    }
  }

  private Order ownOrder() throws Failure {
    if (settings.keep().isEmpty()) {
      return new Order(place(), settings.isLast(), trainingFile(), line -> {});
    }
    return next(new Order(place(), false, trainingFile(), line -> {}));
  }

  /**
   * Returns the order for the next image of the series if the order names the folder of the series,
   * because a series continues with its newest image.
   */
  private Order inSeries(Order order) throws Failure {
    boolean isNext = settings.keep().isPresent() && isSame(order.image(), place());
    return isNext ? next(order) : order;
  }

  private Order next(Order order) throws Failure {
    ImageSeries series = new ImageSeries(place(), settings.keep().getAsInt());
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
    return isTrained.getAndSet(true) ? Optional.empty() : settings.trainingFile();
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
    return isRestored;
  }

  /**
   * Returns the arguments of the last restore. It returns nothing if there was no restore, or if
   * the restore kept the arguments.
   */
  public Optional<List<String>> newArguments() {
    return hasNewArguments ? Optional.of(arguments()) : Optional.empty();
  }

  /**
   * Removes the files that a checkpoint or a restored process would leave behind. It is called when
   * the JVM ends.
   */
  public void cleanUp() {
    PartialFolder folder = unfinished;
    if (folder != null) {
      folder.delete();
    }
    perfDataCleaner.clean();
  }

  /**
   * Returns the arguments of this start. If the restore got none, they are those of the checkpoint.
   */
  public List<String> arguments() {
    try {
      return origin().command().arguments();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns the place of the next image. A restored process may run in another place than the JVM
   * whose options named the folder.
   */
  Path place() throws Failure {
    String property = System.getProperty(PLACE, "");
    try {
      return property.isEmpty() ? settings.image() : Path.of(property).toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      throw new Failure(
          Messages.FAILED,
          "\"" + property + "\" can't be an image folder",
          "set another -D" + PLACE + "=DIR",
          e);
    }
  }

  /**
   * Returns the origin, and finds it out if necessary. The first call must be before the first
   * dump.
   */
  Origin origin() throws IOException {
    if (origin == null) {
      origin = Origin.ofThisJvm(settings.jar());
    }
    return origin;
  }

  void setUnfinished(PartialFolder folder) {
    unfinished = folder;
  }

  void setFinished() {
    unfinished = null;
  }

  void setRestored(RestoreRequest request) {
    isRestored = true;
    Console.setLog(null); // The log was for the checkpoint.
    origin = origin.restored(request);
    hasNewArguments = !request.keepsArguments();
    settings.files().setImage(Path.of(request.values().get("image")));
  }

  PerfDataCleaner perfDataCleaner() {
    return perfDataCleaner;
  }
}
