package crjvm.agent.trigger;

import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import crjvm.agent.session.Attempts;
import crjvm.crac.RestoreException;

/**
 * A trigger, which notices that the application has reached its warm point and asks for an image.
 */
public abstract class Trigger {
  private final String text;
  private final Attempts attempts;

  /**
   * @param text the warm point as given by the user
   */
  Trigger(String text, Attempts attempts) {
    this.text = text;
    this.attempts = attempts;
  }

  final Attempts attempts() {
    return attempts;
  }

  /**
   * Begins to watch before the application starts.
   *
   * @throws Failure the warm point can't be noticed
   */
  public abstract void install() throws Failure;

  /** Returns a description of the event that the trigger waits for, as the rest of a sentence. */
  public String expected() {
    return "the warm point \"" + text + "\"";
  }

  /** Handles the return of the method that {@code at=method:} names, in this thread. */
  public void methodReturned() {}

  /** Handles the loading of the main class, of which no code has run. */
  public void launched(Class<?> mainClass) {}

  /**
   * Handles the call of the application's main method.
   *
   * @return whether the JVM has called it, and not a training or the application's own code
   */
  public boolean mainEntered() {
    return true;
  }

  /** Handles the application's call for a checkpoint, at any point. */
  public void ask() throws Failure, RestoreException, InterruptedException {
    attempts.checkpoint();
  }

  /** Handles an attach message that asks for an image. */
  public void askFromOutside() {}

  /** Reports that the application ends without having reached its warm point. */
  public void miss() {
    Console.say(
        "no image was made: the application ended before its warm point \""
            + text
            + "\"; choose an at= that it reaches");
  }
}
