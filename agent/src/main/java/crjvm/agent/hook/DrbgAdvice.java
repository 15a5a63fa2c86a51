package crjvm.agent.hook;

import crjvm.agent.hook.TrackedField.Tracked;
import java.util.Set;
import net.bytebuddy.asm.Advice;

/** Inlined at the start of {@code instantiateIfNecessary}: without entropy it gets its own. */
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
