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
 * A hook that tracks {@code SHA1PRNG} by its implementation. A generator that must return bytes
 * before it has got a seed makes its own. Only the JDK uses the constructor with a seed, for the
 * generator that seeds all others.
 */
final class Sha1PrngHook implements TrackingHook {
  @Override
  public List<String> classNames() {
    return List.of("sun.security.provider.SecureRandom");
  }

  @Override
  public List<AdviceTransformer.Insertion> insertions(Advice.WithCustomMapping advice) {
    ElementMatcher<MethodDescription> maker =
        ElementMatchers.<MethodDescription>isConstructor()
            .and(ElementMatchers.takesArguments(byte[].class));
    ElementMatcher<MethodDescription> next =
        ElementMatchers.<MethodDescription>named("engineNextBytes")
            .and(ElementMatchers.takesArguments(byte[].class));
    return List.of(
        new AdviceTransformer.Insertion(
            maker, "SecureRandom(byte[])", advice.to(TrackedAdvice.class)),
        new AdviceTransformer.Insertion(
            next, "engineNextBytes(byte[])", advice.to(Sha1PrngAdvice.class)));
  }
}
