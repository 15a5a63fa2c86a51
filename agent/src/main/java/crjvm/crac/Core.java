package crjvm.crac;

/**
 * The class that org.crac finds through the system property {@code org.crac.Core.Compat}.
 * Applications use org.crac, not this class.
 */
public final class Core {
  private static final GlobalContext GLOBAL = new GlobalContext();

  private static volatile Maker maker;

  /** The object that makes checkpoints. It is the agent, if the JVM has it. */
  public interface Maker {
    /**
     * Makes a checkpoint in this thread. It returns in the original process if that continues, and
     * in every restored process.
     */
    void checkpointRestore() throws CheckpointException, RestoreException;
  }

  private Core() {}

  /** Sets the maker. The agent calls it. */
  public static void setMaker(Maker present) {
    maker = present;
  }

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
    Maker present = maker;
    if (present == null) {
      throw new UnsupportedOperationException("the JVM was started without -javaagent:crjvm.jar");
    }
    present.checkpointRestore();
  }
}
