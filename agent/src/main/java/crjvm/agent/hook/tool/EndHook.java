package crjvm.agent.hook.tool;

import crjvm.agent.hook.AdviceTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.util.List;
import java.util.Map;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.matcher.ElementMatchers;

/**
 * A hook into {@code Runtime.exit} and {@code halt}, which all Java code calls to end the JVM. They
 * first ask whether only a training run is to end. It is installed only during a training.
 */
public final class EndHook {
  private static AdviceTransformer transformer;
  private static String fault;

  private EndHook() {}

  /**
   * Installs the hook.
   *
   * @throws IllegalStateException the class can't be changed
   */
  public static synchronized void install(Instrumentation instrumentation) {
    fault = null;
    transformer = new AdviceTransformer(Map.of("java.lang.Runtime", new Work()));
    instrumentation.addTransformer(transformer, true);
    change(instrumentation);
    if (fault != null) {
      throw new IllegalStateException("the class \"java.lang.Runtime\" " + fault);
    }
  }

  /** Restores the original class. */
  public static synchronized void remove(Instrumentation instrumentation) {
    if (transformer != null) {
      instrumentation.removeTransformer(transformer);
      transformer = null;
      change(instrumentation);
    }
  }

  private static void change(Instrumentation instrumentation) {
    try {
      instrumentation.retransformClasses(Runtime.class);
    } catch (UnmodifiableClassException | LinkageError e) {
      throw new IllegalStateException(e);
    }
  }

  private static final class Work implements AdviceTransformer.Work {
    @Override
    public List<AdviceTransformer.Insertion> insertions() {
      return List.of(insertion("exit", ExitAdvice.class), insertion("halt", HaltAdvice.class));
    }

    private static AdviceTransformer.Insertion insertion(String method, Class<?> advice) {
      return new AdviceTransformer.Insertion(
          ElementMatchers.<MethodDescription>named(method)
              .and(ElementMatchers.takesArguments(int.class)),
          method,
          Advice.to(advice));
    }

    @Override
    public void giveUp(String why) {
      fault = why;
    }
  }
}
