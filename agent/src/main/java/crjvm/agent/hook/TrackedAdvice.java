package crjvm.agent.hook;

import crjvm.agent.hook.TrackedField.Tracked;
import java.util.Set;
import net.bytebuddy.asm.Advice;

/** Inlined at the end of methods that make an object worth knowing: of constructors mostly. */
final class TrackedAdvice {
  private TrackedAdvice() {}

  @Advice.OnMethodExit(suppress = Throwable.class)
  static void exit(@Advice.This Object object, @Tracked Set<Object> tracked) {
    tracked.add(object);
  }
}
