package crjvm.crac;

/**
 * What org.crac finds through the system property {@code org.crac.Core.Compat}. Applications use
 * org.crac, not this class.
 */
public final class Core {
  private static final GlobalContext GLOBAL = new GlobalContext();

  private static volatile Maker maker;

  /** Makes checkpoints: the agent, if the JVM has it. */
  public interface Maker {
    /**
     * Makes a checkpoint in this thread; returns in the original if it carries on, and in every
     * restored process.
     */
    void checkpointRestore() throws CheckpointException, RestoreException;
  }

  private Core() {}

  /** The agent says that it is there. */
  public static void setMaker(Maker present) {
    maker = present;
  }

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
    Maker present = maker;
    if (present == null) {
      throw new UnsupportedOperationException("the JVM was started without -javaagent:crjvm.jar");
    }
    present.checkpointRestore();
  }
}
