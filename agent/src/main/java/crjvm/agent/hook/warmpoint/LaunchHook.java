package crjvm.agent.hook.warmpoint;

import crjvm.agent.hook.AdviceTransformer;
import crjvm.agent.message.Failure;
import java.lang.instrument.Instrumentation;
import java.util.Map;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.matcher.ElementMatcher;
import net.bytebuddy.matcher.ElementMatchers;

/**
 * The hook of {@code at=launch}. {@code LauncherHelper.checkAndLoadMain} reports when it returns
 * the main class, which is then loaded but not initialised.
 */
public final class LaunchHook {
  private static final String HELPER = "sun.launcher.LauncherHelper";
  private static final String METHOD = "checkAndLoadMain";

  private LaunchHook() {}

  /**
   * Installs the hook. The JDK must not have loaded the class yet; it does so after it has started
   * all agents.
   */
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
      // The class is missing, so the work below is not done.
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
