package crjvm.agent.session;

import crjvm.agent.message.Console;
import java.time.Duration;

/**
 * Checkpoints again and again, beside a long job. What is counted is the time between the end of
 * one and the beginning of the next, so that the job gets on however long they take. In a restored
 * process the thread comes back from the checkpoint that it has made, and goes on in the same way.
 */
public final class Series extends Thread {
  private final Duration interval;
  private final Runnable checkpoint;

  /**
   * @param checkpoint says itself what goes wrong
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
          return; // its image would be one of the job's
        }
        checkpoint.run();
      }
    } catch (InterruptedException e) {
      Console.say("no more images are made: their thread was interrupted; start the job anew");
    }
  }
}
