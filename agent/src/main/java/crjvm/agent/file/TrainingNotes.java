package crjvm.agent.file;

import crjvm.agent.hook.resource.FileUse;
import crjvm.agent.hook.resource.StaticInitialisers;
import java.io.File;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The record of the files that the runs of a training use, and whose content is in the image
 * afterwards: those that static initialisers read, unless a run has written them.
 */
final class TrainingNotes {
  private static final int ASKED = FileUse.READ | FileUse.MISS;

  private final Map<String, Integer> uses = new ConcurrentHashMap<>();

  /**
   * Notes a use by this thread.
   *
   * @param bits {@link FileUse} bits
   */
  void note(String name, int bits) {
    String path = new File(name).getAbsolutePath();
    if ((bits & ~ASKED) != 0 || isLasting(path)) {
      uses.merge(path, bits, (one, other) -> one | other);
    }
  }

  /**
   * Returns whether the class that this thread initialises keeps what it reads. Whether it depends
   * on the folder of its run is the self-check's question.
   */
  private static boolean isLasting(String path) {
    String folder = new File("").getAbsolutePath() + File.separator;
    return !path.startsWith(folder) && StaticInitialisers.areRunning();
  }

  /** Returns the uses of the files that were only read, or looked for, by their absolute names. */
  Map<String, Integer> all() {
    Map<String, Integer> all = new ConcurrentHashMap<>(uses);
    all.values().removeIf(bits -> (bits & ~ASKED) != 0);
    return all;
  }
}
