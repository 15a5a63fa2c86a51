package crjvm.agent.hook;

import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.util.List;
import java.util.Map;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.matcher.ElementMatchers;

/**
 * {@code Runtime.exit} and {@code halt}, which every way to end a JVM in Java leads to: they ask
 * first whether it is but a training run that is to end. Only during a training.
 */
public final class EndHook {
  private static AdviceTransformer transformer;
  private static String fault;

  private EndHook() {}

  /**
   * Changes the class.
   *
   * @throws IllegalStateException it can't be had
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

  /** The class is as it was. */
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
