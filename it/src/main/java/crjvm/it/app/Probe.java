package crjvm.it.app;

import org.crac.Context;
import org.crac.Resource;

/** A resource that reports each call, and then does what the test wants. */
class Probe implements Resource {
  /** The action that a probe takes besides its report. */
  interface Action {
    void run() throws Exception;
  }

  static final Action NOTHING = () -> {};

  private final String name;
  private final Action before;
  private final Action after;

  Probe(String name, Action before, Action after) {
    this.name = name;
    this.before = before;
    this.after = after;
  }

  static Action fails(Throwable reason) {
    return () -> {
      if (reason instanceof Error error) {
        throw error;
      }
      throw (Exception) reason;
    };
  }

  @Override
  public void beforeCheckpoint(Context<? extends Resource> context) throws Exception {
    System.out.println("before " + name);
    before.run();
  }

  @Override
  public void afterRestore(Context<? extends Resource> context) throws Exception {
    System.out.println("after " + name);
    after.run();
  }
}
