package crjvm.agent.hook;

import crjvm.agent.message.Failure;
import java.lang.instrument.Instrumentation;
import java.util.Map;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.matcher.ElementMatcher;
import net.bytebuddy.matcher.ElementMatchers;

/**
 * {@code at=launch}: {@code LauncherHelper.checkAndLoadMain} says so when it returns the main
 * class, which is loaded then, and not initialised.
 */
public final class LaunchHook {
  private static final String HELPER = "sun.launcher.LauncherHelper";
  private static final String METHOD = "checkAndLoadMain";

  private LaunchHook() {}

  /** Before the JDK has loaded that class, which it does after all agents. */
  public static void install(Instrumentation instrumentation) throws Failure {
    WarmPointWork work =
        new WarmPointWork(HELPER, METHOD) {
          @Override
          ElementMatcher<MethodDescription> methods() {
            return ElementMatchers.named(METHOD);
          }

          @Override
          Class<?> advice() {
            return LaunchAdvice.class;
          }
        };
    instrumentation.addTransformer(new AdviceTransformer(Map.of(HELPER, work)));
    try {
      Class.forName(HELPER, false, null);
    } catch (ClassNotFoundException e) {
      // no work was done
    }
    if (!work.isDone()) {
      throw new Failure(
          "no checkpoint will be made",
          "this JDK ("
              + Runtime.version().feature()
              + ") lacks sun.launcher.LauncherHelper.checkAndLoadMain, which at=launch waits for",
          "use at=main");
    }
  }
}
