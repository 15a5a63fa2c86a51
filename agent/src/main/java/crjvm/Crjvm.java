package crjvm;

import crjvm.entry.Hooks;
import crjvm.entry.RestoreListeners;

/**
 * What an application may ask of crjvm without org.crac. Without the agent nothing is ever called.
 */
public final class Crjvm {
  private Crjvm() {}

  /** Whether the agent is there, so that this process can be checkpointed or was restored. */
  public static boolean isPresent() {
    return Hooks.agent() != null;
  }

  /**
   * Registers for every restore to come. The listener is held strongly; registering it twice calls
   * it twice.
   */
  public static void onRestore(RestoreListener listener) {
    RestoreListeners.add(listener);
  }
}
