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
 * A hook that tracks the jumpable algorithms of {@code RandomGenerator}. Their constructors without
 * arguments make their own seed, and a copy is as random as its original.
 */
final class JumpableGeneratorHook implements TrackingHook {
  @Override
  public List<String> classNames() {
    return SplittableGeneratorHook.inBothPackages(
        List.of("Xoroshiro128PlusPlus", "Xoshiro256PlusPlus"));
  }

  @Override
  public List<AdviceTransformer.Insertion> insertions(Advice.WithCustomMapping advice) {
    ElementMatcher<MethodDescription> maker =
        ElementMatchers.<MethodDescription>isConstructor().and(ElementMatchers.takesNoArguments());
    ElementMatcher<MethodDescription> copy =
        ElementMatchers.<MethodDescription>named("copy")
            .and(ElementMatchers.takesNoArguments())
            .and(ElementMatchers.not(ElementMatchers.isBridge()));
    return List.of(
        new AdviceTransformer.Insertion(
            maker, "a constructor without arguments", advice.to(TrackedAdvice.class)),
        new AdviceTransformer.Insertion(copy, "copy()", advice.to(ChildAdvice.class)));
  }
}
