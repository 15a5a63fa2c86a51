package crjvm.agent.checkpoint.obstacle;

import crjvm.agent.message.Failure;
import crjvm.agent.message.Messages;
import java.time.Duration;
import java.util.List;

/** The processes that the application has started and that still run. CRIU would dump them, too. */
public final class ChildProcesses {
  private static final Duration PAUSE = Duration.ofMillis(10);

  private ChildProcesses() {}

  /**
   * Waits until no child process runs any more. Libraries run short commands, whose moment may be
   * that of the checkpoint.
   *
   * @param limit the longest time to wait
   * @throws Failure a process that the application started is still running
   */
  public static void awaitEnd(Duration limit) throws Failure, InterruptedException {
    long start = System.nanoTime();
    List<ProcessHandle> children = find();
    while (!children.isEmpty() && System.nanoTime() - start < limit.toNanos()) {
      Thread.sleep(PAUSE.toMillis());
      children = find();
    }
    if (!children.isEmpty()) {
      throw failure(children.get(0), children.size() - 1);
    }
  }

  /** Returns the children of this process, also those that have just ended. */
  public static List<ProcessHandle> find() {
    return ProcessHandle.current().children().toList();
  }

  /**
   * Returns the failure that names a child process.
   *
   * @param more the number of other child processes
   */
  public static Failure failure(ProcessHandle child, int more) {
    return new Failure(
        Messages.FAILED,
        "process "
            + child.pid()
            + " (\""
            + child.info().command().orElse("?")
            + "\")"
            + (more == 0 ? "" : " and " + more + " more")
            + ", started by the application, still runs",
        "end it before the warm point or in a beforeCheckpoint callback");
  }
}
