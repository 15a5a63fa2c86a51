package crjvm.it.app;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Kernel objects that native libraries hold: memfd, shared memory, eventfd, timerfd, signalfd,
 * inotify and socketpair.
 */
final class KernelObjectExercise implements Exercise {
  private static final String[] NAMES = {
    "none", "memfd", "shared memory", "eventfd", "timerfd", "signalfd", "inotify", "socketpair"
  };

  private final Path folder = Path.of("watched").toAbsolutePath();

  /** Makes one object of each kind. Returns 0, or the number of the one that failed. */
  private static native int make(String folder);

  /** Uses each object. Returns 0, or the number of the first that has changed. */
  private static native int use(String file);

  @Override
  public void prepare() throws Exception {
    System.load(System.getProperty("crjvm.it.native"));
    Files.createDirectories(folder);
    int failed = make(folder.toString());
    Exercise.check(failed == 0, "%s can't be made", NAMES[failed]);
  }

  @Override
  public String run() {
    int wrong = use(folder.resolve("new").toString());
    Exercise.check(wrong == 0, "%s is not as it was", NAMES[wrong]);
    return "ok";
  }
}
