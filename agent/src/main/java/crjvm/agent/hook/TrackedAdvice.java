package crjvm.agent.hook;

import crjvm.agent.hook.TrackedField.Tracked;
import java.util.Set;
import net.bytebuddy.asm.Advice;

/** Advice at the end of methods, mostly constructors, that make an object to be tracked. */
public final class TrackedAdvice {
  private TrackedAdvice() {}

  @Advice.OnMethodExit(suppress = Throwable.class)
  static void exit(@Advice.This Object object, @Tracked Set<Object> tracked) {
    tracked.add(object);
  }
}
