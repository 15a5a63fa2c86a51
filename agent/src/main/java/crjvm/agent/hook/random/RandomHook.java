package crjvm.agent.hook.random;

import crjvm.agent.hook.AdviceTransformer;
import crjvm.agent.hook.TrackedAdvice;
import crjvm.agent.hook.TrackingHook;
import java.util.List;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.matcher.ElementMatcher;
import net.bytebuddy.matcher.ElementMatchers;

/**
 * A hook that tracks {@code java.util.Random} and its subclasses. {@code Random()} makes its own
 * seed, and {@code setSeed} takes the application's. The constructor of a subclass calls {@code
 * setSeed}, too, but before {@code Random()} returns.
 */
final class RandomHook implements TrackingHook {
  @Override
  public List<String> classNames() {
    return List.of("java.util.Random");
  }

  @Override
  public List<AdviceTransformer.Insertion> insertions(Advice.WithCustomMapping advice) {
    ElementMatcher<MethodDescription> maker =
        ElementMatchers.<MethodDescription>isConstructor().and(ElementMatchers.takesNoArguments());
    ElementMatcher<MethodDescription> setter =
        ElementMatchers.<MethodDescription>named("setSeed")
            .and(ElementMatchers.takesArguments(long.class));
    return List.of(
        new AdviceTransformer.Insertion(maker, "Random()", advice.to(TrackedAdvice.class)),
        new AdviceTransformer.Insertion(setter, "setSeed(long)", advice.to(SeededAdvice.class)));
  }
}
