package crjvm.agent.session;

import crjvm.agent.message.Console;
import java.time.Duration;

/**
 * A thread that makes checkpoints of a long job, again and again. The interval is the time between
 * the end of a checkpoint and the beginning of the next one, so the job progresses however long
 * they take. In a restored process the thread returns from the checkpoint that it has made, and
 * continues in the same way.
 */
public final class Series extends Thread {
  private final Duration interval;
  private final Runnable checkpoint;

  /**
   * @param checkpoint makes a checkpoint and reports its failures itself
   */
  public Series(Duration interval, Runnable checkpoint) {
    super("crjvm series");
    setDaemon(true);
    this.interval = interval;
    this.checkpoint = checkpoint;
  }

  @Override
  public void run() {
    try {
      while (true) {
        Thread.sleep(interval.toMillis());
        if (Boolean.getBoolean("crjvm.trial")) {
          return; // its image would become an image of the job
        }
        checkpoint.run();
      }
    } catch (InterruptedException e) {
      Console.say("no more images are made: their thread was interrupted; start the job anew");
    }
  }
}
