package crjvm.agent.trigger;

import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import crjvm.agent.session.Attempts;
import crjvm.crac.RestoreException;

/** Notices that the application has reached its warm point, and has an image made. */
public abstract class Trigger {
  private final String text;
  private final Attempts attempts;

  /**
   * @param text the warm point, as the user has given it
   */
  Trigger(String text, Attempts attempts) {
    this.text = text;
    this.attempts = attempts;
  }

  final Attempts attempts() {
    return attempts;
  }

  /**
   * Begins to watch, before the application starts.
   *
   * @throws Failure the warm point can't be noticed
   */
  public abstract void install() throws Failure;

  /** The method that {@code at=method:} names has returned, in this thread. */
  public void methodReturned() {}

  /** The JVM has loaded the main class, and nothing of it has run. */
  public void launched(Class<?> mainClass) {}

  /**
   * The application's main method was entered.
   *
   * @return whether the JVM has called it, and neither a training nor the application's own code
   */
  public boolean mainEntered() {
    return true;
  }

  /** The application asks for a checkpoint, wherever its warm point is. */
  public void ask() throws Failure, RestoreException, InterruptedException {
    attempts.checkpoint();
  }

  /** Somebody outside of the application asks for an image. */
  public void askFromOutside() {}

  /** The application ends, and was never at its warm point. */
  public void miss() {
    Console.say(
        "no image was made: the application ended before its warm point \""
            + text
            + "\"; choose an at= that it reaches");
  }
}
