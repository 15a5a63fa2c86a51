package crjvm.agent.file;

import java.io.File;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Temporary files that existed at the checkpoint. Many applications unpack files and delete them
 * when they end, but other copies use these files, and later copies will. Therefore they stay when
 * a process ends that has made an image or was restored from one.
 */
final class KeptFiles implements Predicate<Object> {
  private static final Thread NEVER_STARTED = new Thread("crjvm");

  private Set<Path> ofImages = Set.of();
  private volatile Set<Path> files = Set.of();

  /** Keeps these files as well, for an image that is being made. */
  synchronized void propose(Set<Path> more) {
    Set<Path> all = new HashSet<>(ofImages);
    all.addAll(more);
    files = all;
  }

  /** Confirms that the image was made. */
  synchronized void confirm() {
    ofImages = files;
  }

  /**
   * Drops the proposed files, because the image was not made. Earlier images still need their
   * files.
   */
  synchronized void giveUp() {
    files = ofImages;
  }

  /** Returns all files that are kept. */
  Set<Path> files() {
    return files;
  }

  /**
   * Returns whether a file must not be deleted.
   *
   * @param name a path of any kind, or a {@link File}
   */
  @Override
  public boolean test(Object name) {
    Set<Path> present = files;
    if (present.isEmpty() || name == null) {
      return false;
    }
    try {
      Path path = Path.of(name.toString()).toAbsolutePath().normalize();
      return present.contains(path) && isEnding();
    } catch (RuntimeException | Error e) {
      return false; // The memory may be full, for example. The application continues.
    }
  }

  private static boolean isEnding() {
    try {
      Runtime.getRuntime().removeShutdownHook(NEVER_STARTED);
      return false;
    } catch (IllegalStateException e) {
      return true;
    }
  }
}
