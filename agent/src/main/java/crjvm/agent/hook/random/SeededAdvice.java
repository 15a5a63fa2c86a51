package crjvm.agent.hook.random;

import crjvm.agent.hook.TrackedField.Tracked;
import java.util.Set;
import net.bytebuddy.asm.Advice;

/** Advice at the end of methods that take a seed from the application. */
final class SeededAdvice {
  private SeededAdvice() {}

  @Advice.OnMethodExit(suppress = Throwable.class)
  static void exit(@Advice.This Object seeded, @Tracked Set<Object> tracked) {
    tracked.remove(seeded);
  }
}
