package crjvm.agent.trigger;

import crjvm.agent.hook.warmpoint.MainEnterHook;
import crjvm.agent.message.Failure;
import crjvm.agent.session.Attempts;
import java.lang.instrument.Instrumentation;

/** The trigger of {@code at=main}. The application's main method is about to run. */
final class MainTrigger extends Trigger {
  private final Instrumentation instrumentation;

  MainTrigger(String text, Attempts attempts, Instrumentation instrumentation) {
    super(text, attempts);
    this.instrumentation = instrumentation;
  }

  @Override
  public void install() throws Failure {
    MainEnterHook.install(instrumentation, MainClass.name());
  }

  @Override
  public boolean mainEntered() {
    return attempts().reach();
  }
}
