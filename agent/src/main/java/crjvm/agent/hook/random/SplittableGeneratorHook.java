package crjvm.agent.hook.random;

import crjvm.agent.hook.AdviceTransformer;
import crjvm.agent.hook.TrackedAdvice;
import crjvm.agent.hook.TrackingHook;
import java.util.ArrayList;
import java.util.List;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.matcher.ElementMatcher;
import net.bytebuddy.matcher.ElementMatchers;

/**
 * A hook that tracks the LXM algorithms of {@code RandomGenerator}. Their constructors without
 * arguments make their own seed, and a generator that is split from one of them is as random.
 */
final class SplittableGeneratorHook implements TrackingHook {
  private static final List<String> NAMES =
      List.of(
          "L32X64MixRandom",
          "L64X128MixRandom",
          "L64X128StarStarRandom",
          "L64X256MixRandom",
          "L64X1024MixRandom",
          "L128X128MixRandom",
          "L128X256MixRandom",
          "L128X1024MixRandom");

  @Override
  public List<String> classNames() {
    return inBothPackages(NAMES);
  }

  /**
   * Returns the names in the module jdk.random, and in java.base, which has the classes since JDK
   * 24.
   */
  static List<String> inBothPackages(List<String> names) {
    List<String> classes = new ArrayList<>();
    for (String name : names) {
      classes.add("jdk.random." + name);
      classes.add("jdk.internal.random." + name);
    }
    return classes;
  }

  @Override
  public List<AdviceTransformer.Insertion> insertions(Advice.WithCustomMapping advice) {
    ElementMatcher<MethodDescription> maker =
        ElementMatchers.<MethodDescription>isConstructor().and(ElementMatchers.takesNoArguments());
    ElementMatcher<MethodDescription> split =
        ElementMatchers.<MethodDescription>named("split").and(ElementMatchers.takesArguments(2));
    return List.of(
        new AdviceTransformer.Insertion(
            maker, "a constructor without arguments", advice.to(TrackedAdvice.class)),
        new AdviceTransformer.Insertion(
            split, "split(SplittableGenerator, long)", advice.to(ChildOfSourceAdvice.class)));
  }
}
