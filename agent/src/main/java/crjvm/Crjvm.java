package crjvm;

import crjvm.crac.CheckpointException;
import crjvm.crac.RestoreException;
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
   * Makes a checkpoint in this thread, in a restored process as well. Does the same as org.crac's
   * {@code Core.checkpointRestore()}: returns in the original process when it carries on ({@code
   * then=continue}), and in every process that is restored from the image. The image goes where the
   * system property {@code crjvm.image} says, else to the agent's {@code image=}.
   *
   * @throws CheckpointException no image was made, for the reasons in its suppressed exceptions
   * @throws RestoreException callbacks failed afterwards
   * @throws UnsupportedOperationException the agent is not there, or its options were refused
   */
  public static void checkpoint() throws CheckpointException, RestoreException {
    Hooks.checkpointRestore();
  }

  /**
   * Registers for every restore to come. The listener is held strongly; registering it twice calls
   * it twice.
   */
  public static void onRestore(RestoreListener listener) {
    RestoreListeners.add(listener);
  }
}
