package crjvm.agent.hook;

import java.util.List;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.matcher.ElementMatcher;
import net.bytebuddy.matcher.ElementMatchers;

/** A hook that tracks objects of the application's libraries as soon as they are constructed. */
public final class ConstructionHook implements TrackingHook {
  private final List<String> classNames;

  public ConstructionHook(List<String> classNames) {
    this.classNames = classNames;
  }

  @Override
  public List<String> classNames() {
    return classNames;
  }

  @Override
  public List<AdviceTransformer.Insertion> insertions(Advice.WithCustomMapping advice) {
    ElementMatcher<MethodDescription> maker = ElementMatchers.isConstructor();
    return List.of(
        new AdviceTransformer.Insertion(maker, "<init>", advice.to(TrackedAdvice.class)));
  }
}
