package crjvm.agent.trigger;

import crjvm.agent.hook.warmpoint.MethodExitHook;
import crjvm.agent.options.WarmPoint;
import crjvm.agent.session.Attempts;
import java.lang.instrument.Instrumentation;

/** The trigger of {@code at=method:CLASS#METHOD}. A method of the application has returned. */
final class MethodTrigger extends Trigger {
  private final WarmPoint.Method method;
  private final Instrumentation instrumentation;

  MethodTrigger(
      String text, WarmPoint.Method method, Attempts attempts, Instrumentation instrumentation) {
    super(text, attempts);
    this.method = method;
    this.instrumentation = instrumentation;
  }

  @Override
  public void install() {
    MethodExitHook.install(instrumentation, method.className(), method.methodName());
  }

  @Override
  public void methodReturned() {
    attempts().reach();
  }
}
