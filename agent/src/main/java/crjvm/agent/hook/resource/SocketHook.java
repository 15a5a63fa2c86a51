package crjvm.agent.hook.resource;

import crjvm.agent.hook.AdviceTransformer;
import crjvm.agent.hook.TrackedAdvice;
import crjvm.agent.hook.TrackingHook;
import java.net.SocketAddress;
import java.util.List;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.description.method.MethodDescription;
import net.bytebuddy.matcher.ElementMatcher;
import net.bytebuddy.matcher.ElementMatchers;

/**
 * A hook that tracks the JDK's sockets and channels when they connect or listen. The object that
 * listens owns the connections that it accepts, so accepting costs nothing.
 */
final class SocketHook implements TrackingHook {
  @Override
  public List<String> classNames() {
    return List.of(
        "sun.nio.ch.AsynchronousServerSocketChannelImpl",
        "sun.nio.ch.NioSocketImpl",
        "sun.nio.ch.ServerSocketChannelImpl",
        "sun.nio.ch.SocketChannelImpl",
        "sun.nio.ch.UnixAsynchronousSocketChannelImpl");
  }

  @Override
  public List<AdviceTransformer.Insertion> insertions(Advice.WithCustomMapping advice) {
    ElementMatcher<MethodDescription> connect =
        ElementMatchers.<MethodDescription>namedOneOf("connect", "blockingConnect", "implConnect")
            .and(ElementMatchers.takesArgument(0, SocketAddress.class));
    ElementMatcher<MethodDescription> bind =
        ElementMatchers.<MethodDescription>named("bind")
            .and(ElementMatchers.takesArguments(SocketAddress.class, int.class));
    ElementMatcher<MethodDescription> either =
        ElementMatchers.<MethodDescription>named("listen").or(connect).or(bind);
    return List.of(
        new AdviceTransformer.Insertion(either, "connect", advice.to(TrackedAdvice.class)));
  }
}
