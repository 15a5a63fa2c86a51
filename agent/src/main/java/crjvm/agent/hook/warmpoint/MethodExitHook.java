package crjvm.agent.hook.warmpoint;

import crjvm.agent.hook.AdviceTransformer;
import java.lang.instrument.Instrumentation;
import java.util.Map;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.matcher.ElementMatcher;
import net.bytebuddy.matcher.ElementMatchers;

/**
 * The hook of {@code at=method:CLASS#METHOD}. Every overload of the method reports its return, in
 * its own thread.
 */
public final class MethodExitHook {
  private MethodExitHook() {}

  public static void install(Instrumentation instrumentation, String className, String methodName) {
    WarmPointWork work =
        new WarmPointWork(className, methodName) {
          @Override
          ElementMatcher<MethodDescription> methods() {
            return ElementMatchers.<MethodDescription>named(methodName)
                .and(ElementMatchers.isMethod())
                .and(ElementMatchers.not(ElementMatchers.isAbstract()))
                .and(ElementMatchers.not(ElementMatchers.isNative()));
          }

          @Override
          Class<?> advice() {
            return MethodExitAdvice.class;
          }
        };
    instrumentation.addTransformer(new AdviceTransformer(Map.of(className, work)));
  }
}
