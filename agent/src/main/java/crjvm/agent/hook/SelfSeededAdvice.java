package crjvm.agent.hook;

import crjvm.agent.hook.TrackedField.Tracked;
import java.util.Set;
import net.bytebuddy.asm.Advice;

/** Inlined at the end of constructors that make a secret of their own. */
final class SelfSeededAdvice {
  private SelfSeededAdvice() {}

  @Advice.OnMethodExit(suppress = Throwable.class)
  static void exit(@Advice.This Object made, @Tracked Set<Object> tracked) {
    tracked.add(made);
  }
}
