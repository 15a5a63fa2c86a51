package crjvm.agent.hook;

import java.util.List;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.matcher.ElementMatcher;
import net.bytebuddy.matcher.ElementMatchers;

/** TLS: the contexts that keep sessions which can be resumed, and the keys of session tickets. */
final class TlsSessionsHook implements TrackingHook {
  @Override
  public List<String> classNames() {
    return List.of("sun.security.ssl.SSLSessionContextImpl");
  }

  @Override
  public List<AdviceTransformer.Insertion> insertions(Advice.WithCustomMapping advice) {
    ElementMatcher<MethodDescription> maker = ElementMatchers.isConstructor();
    return List.of(
        new AdviceTransformer.Insertion(
            maker, "SSLSessionContextImpl", advice.to(TrackedAdvice.class)));
  }
}
