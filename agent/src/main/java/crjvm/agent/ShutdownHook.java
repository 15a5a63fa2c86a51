package crjvm.agent;

import crjvm.agent.checkpoint.Checkpointer;
import crjvm.agent.session.Attempts;
import crjvm.agent.trigger.Trigger;

/**
 * The shutdown hook, which reports why there is no image and removes files that would be left
 * behind.
 */
final class ShutdownHook extends Thread {
  private final TrialEnd trialEnd = new TrialEnd();
  private final Trigger trigger;
  private final Attempts attempts;
  private final Checkpointer checkpointer;

  ShutdownHook(Trigger trigger, Attempts attempts, Checkpointer checkpointer) {
    super("crjvm exit");
    this.trigger = trigger;
    this.attempts = attempts;
    this.checkpointer = checkpointer;
  }

  @Override
  public void run() {
    if (!attempts.isReached()) {
      trigger.miss();
      attempts.endWithoutWarmPoint();
    }
    trialEnd.await();
    if (checkpointer.end()) {
      attempts.endDuringCheckpoint();
    }
  }
}
