package crjvm.crac;

import crjvm.entry.Hooks;

/**
 * What org.crac finds through the system property {@code org.crac.Core.Compat}. Applications use
 * org.crac, not this class.
 */
public final class Core {
  private static final GlobalContext GLOBAL = new GlobalContext();

  private Core() {}

  /** Its generic type is the one that org.crac's reflection expects. */
  public static Context<Resource> getGlobalContext() {
    return GLOBAL;
  }

  /**
   * Makes a checkpoint. Returns in the original process when it carries on ({@code then=continue})
   * and in every restored one.
   *
   * @throws CheckpointException no image was made, for the reasons in its suppressed exceptions
   * @throws RestoreException in a restored process: callbacks failed
   */
  public static void checkpointRestore() throws CheckpointException, RestoreException {
    Hooks.checkpointRestore();
  }
}
