package crjvm.agent.hook.random;

import crjvm.agent.hook.TrackedField.Tracked;
import java.util.Set;
import net.bytebuddy.asm.Advice;

/**
 * Advice at the start of {@code instantiateIfNecessary}. A generator that gets no entropy as an
 * argument makes its own.
 */
final class DrbgAdvice {
  private DrbgAdvice() {}

  @Advice.OnMethodEnter(suppress = Throwable.class)
  static void enter(
      @Advice.This Object generator,
      @Advice.Argument(0) byte[] entropy,
      @Advice.FieldValue("instantiated") boolean instantiated,
      @Tracked Set<Object> tracked) {
    if (entropy == null && !instantiated) {
      tracked.add(generator);
    }
  }
}
