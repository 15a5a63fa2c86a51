package crjvm.agent.hook.random;

import crjvm.agent.hook.TrackedField.Tracked;
import java.util.Set;
import net.bytebuddy.asm.Advice;

/** Advice at the end of methods that make a generator from this one's state. */
final class ChildAdvice {
  private ChildAdvice() {}

  @Advice.OnMethodExit(suppress = Throwable.class)
  static void exit(
      @Advice.This Object parent, @Advice.Return Object child, @Tracked Set<Object> tracked) {
    if (tracked.contains(parent)) {
      tracked.add(child);
    }
  }
}
