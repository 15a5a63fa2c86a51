package crjvm.crac;

import crjvm.entry.Hooks;

/**
 * The class that org.crac finds through the system property {@code org.crac.Core.Compat}.
 * Applications use org.crac, not this class.
 */
public final class Core {
  private static final GlobalContext GLOBAL = new GlobalContext();

  private Core() {}

  /** Returns the context. Its generic type is the one that org.crac's reflection expects. */
  public static Context<Resource> getGlobalContext() {
    return GLOBAL;
  }

  /**
   * Makes a checkpoint. It returns in the original process if that continues ({@code
   * then=continue}), and in every restored process.
   *
   * @throws CheckpointException no image was made, for the reasons in its suppressed exceptions
   * @throws RestoreException callbacks have failed in a restored process
   */
  public static void checkpointRestore() throws CheckpointException, RestoreException {
    Hooks.checkpointRestore();
  }
}
