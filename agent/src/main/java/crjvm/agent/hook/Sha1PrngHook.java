package crjvm.agent.hook;

import java.util.List;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.matcher.ElementMatcher;
import net.bytebuddy.matcher.ElementMatchers;

/**
 * {@code SHA1PRNG}, by its implementation: one that is asked for bytes before it was given a seed
 * makes its own. The constructor with a seed is the JDK's, for the one from which all others get
 * theirs.
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
