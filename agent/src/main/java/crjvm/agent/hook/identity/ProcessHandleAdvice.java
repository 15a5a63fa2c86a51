package crjvm.agent.hook.identity;

import crjvm.agent.hook.TrackedField.Tracked;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.implementation.bytecode.assign.Assigner;

/**
 * Advice in the method in which the JDK returns its own process. It returns the same object, but
 * not from a constant.
 */
final class ProcessHandleAdvice {
  private ProcessHandleAdvice() {}

  @Advice.OnMethodExit
  static void exit(
      @Advice.Return(readOnly = false, typing = Assigner.Typing.DYNAMIC) Object current,
      @Tracked ProcessHandle tracked) {
    current = tracked;
  }
}
