package crjvm.agent.trigger;

import crjvm.agent.hook.warmpoint.MethodExitHook;
import crjvm.agent.options.WarmPoint;
import crjvm.agent.session.Attempts;
import java.lang.instrument.Instrumentation;
import java.util.stream.Stream;

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
  public String expected() {
    boolean isLoaded =
        Stream.of(instrumentation.getAllLoadedClasses())
            .anyMatch(type -> type.getName().equals(method.className()));
    return "the method \""
        + method.className()
        + "#"
        + method.methodName()
        + "\""
        + (isLoaded ? ", which has not returned" : ", whose class is not loaded");
  }

  @Override
  public void methodReturned() {
    attempts().reach();
  }
}
