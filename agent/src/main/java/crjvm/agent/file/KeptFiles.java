package crjvm.agent.file;

import java.io.File;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Temporary files that were there at the checkpoint. Many applications unpack themselves and delete
 * that when they end; but other copies are at work with it, and later ones will be. So it stays
 * when a process ends that has made an image or was restored from one.
 */
final class KeptFiles implements Predicate<Object> {
  private static final Thread NEVER_STARTED = new Thread(() -> {}, "crjvm");

  private Set<Path> ofImages = Set.of();
  private volatile Set<Path> files = Set.of();

  /** Keeps these as well, for an image that is being made. */
  synchronized void propose(Set<Path> more) {
    Set<Path> all = new HashSet<>(ofImages);
    all.addAll(more);
    files = all;
  }

  /** There is that image. */
  synchronized void confirm() {
    ofImages = files;
  }

  /** There is no such image; earlier ones need their files as before. */
  synchronized void giveUp() {
    files = ofImages;
  }

  /** All that are kept. */
  Set<Path> files() {
    return files;
  }

  /**
   * Whether a file is not to be deleted.
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
      return false; // of a memory that is full, say: the application goes its way
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
