package crjvm.agent.trigger;

import crjvm.agent.message.Failure;
import crjvm.agent.session.Attempts;
import java.io.IOException;

/**
 * The trigger of {@code at=port:}, {@code at=http:} and {@code at=delay:}. A thread of the agent
 * waits for an event that can be observed from outside of the application's code.
 */
class WatchTrigger extends Trigger {
  WatchTrigger(String text, Attempts attempts) {
    super(text, attempts);
  }

  @Override
  public String expected() {
    return attempts().describeWait();
  }

  @Override
  public final void install() {
    Thread thread = new Thread(this::watch, "crjvm checkpoint");
    thread.setDaemon(true);
    thread.start();
  }

  private void watch() {
    try {
      attempts().awaitWarmPoint();
    } catch (IOException | RuntimeException e) {
      attempts()
          .refuse(
              new Failure(
                  "no checkpoint will be made",
                  "the warm point can't be watched (" + e.getMessage() + ")",
                  "use another at=",
                  e));
      return;
    } catch (InterruptedException e) {
      return; // only the JVM's end interrupts this thread
    }
    attempts().reach();
  }
}
