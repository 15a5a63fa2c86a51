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
 * A hook that tracks {@code java.util.SplittableRandom}. {@code SplittableRandom()} makes its own
 * seed, and a generator that is split from one is as random as its source.
 */
final class SplittableRandomHook implements TrackingHook {
  @Override
  public List<String> classNames() {
    return List.of("java.util.SplittableRandom");
  }

  @Override
  public List<AdviceTransformer.Insertion> insertions(Advice.WithCustomMapping advice) {
    ElementMatcher<MethodDescription> maker =
        ElementMatchers.<MethodDescription>isConstructor().and(ElementMatchers.takesNoArguments());
    ElementMatcher.Junction<MethodDescription> split = ElementMatchers.named("split");
    ElementMatcher.Junction<MethodDescription> isBridge = ElementMatchers.isBridge();
    ElementMatcher<MethodDescription> own =
        split.and(ElementMatchers.takesNoArguments()).and(ElementMatchers.not(isBridge));
    ElementMatcher<MethodDescription> fromSource =
        split.and(ElementMatchers.takesArguments(1)).and(ElementMatchers.not(isBridge));
    return List.of(
        new AdviceTransformer.Insertion(
            maker, "SplittableRandom()", advice.to(TrackedAdvice.class)),
        new AdviceTransformer.Insertion(own, "split()", advice.to(ChildAdvice.class)),
        new AdviceTransformer.Insertion(
            fromSource, "split(SplittableGenerator)", advice.to(ChildOfSourceAdvice.class)));
  }
}
