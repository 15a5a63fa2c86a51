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
 * A hook that tracks {@code NativePRNG} and its variants by the object that reads ahead in {@code
 * /dev/urandom}.
 */
final class NativePrngHook implements TrackingHook {
  @Override
  public List<String> classNames() {
    return List.of("sun.security.provider.NativePRNG$RandomIO");
  }

  @Override
  public List<AdviceTransformer.Insertion> insertions(Advice.WithCustomMapping advice) {
    ElementMatcher<MethodDescription> maker = ElementMatchers.isConstructor();
    return List.of(
        new AdviceTransformer.Insertion(maker, "RandomIO", advice.to(TrackedAdvice.class)));
  }
}
