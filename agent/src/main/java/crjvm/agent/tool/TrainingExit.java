package crjvm.agent.tool;

/** An error that ends a thread that has asked for the end of the JVM during a training run. */
final class TrainingExit extends Error {
  private static final long serialVersionUID = 1;

  TrainingExit(int status) {
    super("the training run ends here, with status " + status, null, false, false);
  }
}
