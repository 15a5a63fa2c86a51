package crjvm.agent.hook.resource;

/**
 * The question whether a static initialiser is running. What it has read stays in the fields of its
 * class after a training run, while the rest of the run's state goes.
 */
public final class StaticInitialisers {
  private static final String NAME = "<clinit>";

  private static final StackWalker STACK = StackWalker.getInstance();

  private StaticInitialisers() {}

  /** Returns whether this thread is in the static initialiser of a class. */
  public static boolean areRunning() {
    return STACK.walk(frames -> frames.anyMatch(frame -> frame.getMethodName().equals(NAME)));
  }
}
