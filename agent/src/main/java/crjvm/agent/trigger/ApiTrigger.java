package crjvm.agent.trigger;

import crjvm.agent.message.Failure;
import crjvm.agent.session.Attempts;
import crjvm.crac.RestoreException;

/** The trigger of {@code at=api}. The application reports through org.crac that it is warm. */
final class ApiTrigger extends Trigger {
  ApiTrigger(String text, Attempts attempts) {
    super(text, attempts);
  }

  @Override
  public void install() {}

  @Override
  public String expected() {
    return "the application, which has not asked for a checkpoint yet";
  }

  @Override
  public void ask() throws Failure, RestoreException, InterruptedException {
    try {
      attempts().run();
    } finally {
      attempts().goOnWithSeries();
    }
  }
}
