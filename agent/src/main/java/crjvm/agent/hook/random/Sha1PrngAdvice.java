package crjvm.agent.hook.random;

import crjvm.agent.hook.TrackedField.Tracked;
import java.util.Set;
import net.bytebuddy.asm.Advice;

/** Advice at the start of {@code engineNextBytes}. A generator without a state makes one there. */
final class Sha1PrngAdvice {
  private Sha1PrngAdvice() {}

  @Advice.OnMethodEnter(suppress = Throwable.class)
  static void enter(
      @Advice.This Object generator,
      @Advice.FieldValue("state") byte[] state,
      @Tracked Set<Object> tracked) {
    if (state == null) {
      tracked.add(generator);
    }
  }
}
