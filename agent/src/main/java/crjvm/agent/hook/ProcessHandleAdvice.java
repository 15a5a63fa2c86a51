package crjvm.agent.hook;

import crjvm.agent.hook.TrackedField.Tracked;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.implementation.bytecode.assign.Assigner;

/** Inlined where the JDK answers with the process: the same object, but no constant. */
final class ProcessHandleAdvice {
  private ProcessHandleAdvice() {}

  @Advice.OnMethodExit
  static void exit(
      @Advice.Return(readOnly = false, typing = Assigner.Typing.DYNAMIC) Object current,
      @Tracked ProcessHandle tracked) {
    current = tracked;
  }
}
