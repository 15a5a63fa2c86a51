package crjvm.agent.hook.random;

import crjvm.agent.hook.AdviceTransformer;
import crjvm.agent.hook.TrackingHook;
import java.util.List;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.matcher.ElementMatcher;
import net.bytebuddy.matcher.ElementMatchers;

/**
 * A hook that tracks {@code DRBG} generators that the application has not seeded. The hook is in
 * their implementation.
 */
final class DrbgHook implements TrackingHook {
  @Override
  public List<String> classNames() {
    return List.of("sun.security.provider.AbstractDrbg");
  }

  @Override
  public List<AdviceTransformer.Insertion> insertions(Advice.WithCustomMapping advice) {
    ElementMatcher<MethodDescription> instantiate =
        ElementMatchers.<MethodDescription>named("instantiateIfNecessary")
            .and(ElementMatchers.takesArguments(byte[].class));
    return List.of(
        new AdviceTransformer.Insertion(
            instantiate, "instantiateIfNecessary(byte[])", advice.to(DrbgAdvice.class)));
  }
}
