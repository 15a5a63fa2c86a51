package crjvm.agent.hook.random;

import crjvm.agent.hook.TrackedField.Tracked;
import java.util.Set;
import net.bytebuddy.asm.Advice;

/** Advice at the end of methods that make a generator from the output of another one. */
final class ChildOfSourceAdvice {
  private ChildOfSourceAdvice() {}

  @Advice.OnMethodExit(suppress = Throwable.class)
  static void exit(
      @Advice.Argument(0) Object source,
      @Advice.Return Object child,
      @Tracked Set<Object> tracked) {
    if (tracked.contains(source)) {
      tracked.add(child);
    }
  }
}
