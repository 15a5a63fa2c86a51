package crjvm.agent.trigger;

import crjvm.agent.message.Failure;
import crjvm.agent.session.Attempts;
import crjvm.crac.RestoreException;

/** {@code at=api}: the application says itself when it is warm, through org.crac. */
final class ApiTrigger extends Trigger {
  ApiTrigger(String text, Attempts attempts) {
    super(text, attempts);
  }

  @Override
  public void install() {}

  @Override
  public void ask() throws Failure, RestoreException, InterruptedException {
    try {
      attempts().run();
    } finally {
      attempts().goOnWithSeries();
    }
  }
}
