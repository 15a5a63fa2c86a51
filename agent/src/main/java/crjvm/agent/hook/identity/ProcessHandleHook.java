package crjvm.agent.hook.identity;

import crjvm.agent.hook.AdviceTransformer;
import crjvm.agent.hook.Tracking;
import crjvm.agent.hook.TrackingHook;
import java.lang.instrument.Instrumentation;
import java.util.List;
import java.util.function.Consumer;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.matcher.ElementMatcher;
import net.bytebuddy.matcher.ElementMatchers;

/**
 * A hook into the methods of {@code ProcessHandle.current()}. The JDK keeps this object in a final
 * field, and so do applications. HotSpot's compilers trust the final fields of the object itself,
 * as they do for all of {@code java.lang}. Code that was compiled before the checkpoint would
 * otherwise contain the process id.
 */
public final class ProcessHandleHook implements TrackingHook {
  private static final String FIELD = "java.util.CrjvmProcess";

  private ProcessHandleHook() {}

  /** Installs the hook. The JDK's packages have to be open. */
  public static void install(Instrumentation instrumentation, Consumer<String> failures) {
    ProcessHandle current = ProcessHandle.current();
    new Tracking(List.of(new ProcessHandleHook()), failures)
        .install(
            instrumentation, FIELD, ProcessHandle[].class, new ProcessHandle[] {current, current});
  }

  @Override
  public List<String> classNames() {
    return List.of("java.lang.ProcessHandleImpl");
  }

  @Override
  public List<AdviceTransformer.Insertion> insertions(Advice.WithCustomMapping advice) {
    ElementMatcher<MethodDescription> own =
        ElementMatchers.isMethod()
            .and(ElementMatchers.not(ElementMatchers.isStatic()))
            .and(ElementMatchers.not(ElementMatchers.isNative()));
    return List.of(
        new AdviceTransformer.Insertion(own, "pid", advice.to(ProcessHandleAdvice.class)));
  }
}
