package crjvm.agent.hook.random;

import crjvm.agent.hook.AdviceTransformer;
import crjvm.agent.hook.TrackedAdvice;
import crjvm.agent.hook.TrackingHook;
import java.util.List;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.matcher.ElementMatcher;
import net.bytebuddy.matcher.ElementMatchers;

/** A hook that tracks {@code java.security.SecureRandom} and its subclasses, of any provider. */
final class SecureRandomHook implements TrackingHook {
  @Override
  public List<String> classNames() {
    return List.of("java.security.SecureRandom");
  }

  @Override
  public List<AdviceTransformer.Insertion> insertions(Advice.WithCustomMapping advice) {
    ElementMatcher<MethodDescription> maker = ElementMatchers.isConstructor();
    return List.of(
        new AdviceTransformer.Insertion(maker, "SecureRandom", advice.to(TrackedAdvice.class)));
  }
}
