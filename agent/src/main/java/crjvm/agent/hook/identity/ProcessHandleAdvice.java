package crjvm.agent.hook.identity;

import crjvm.agent.hook.TrackedField.Tracked;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.implementation.bytecode.assign.Assigner;

/**
 * Advice in the methods of the JDK's own process. They go on with the same object, but not from a
 * constant.
 */
final class ProcessHandleAdvice {
  private ProcessHandleAdvice() {}

  /**
   * @param tracked this process, twice. A compiler that finds the first one equal to a constant
   *     takes that constant for it from then on, but it knows nothing of the second one.
   */
  @Advice.OnMethodEnter
  static void enter(
      @Advice.This(readOnly = false, typing = Assigner.Typing.DYNAMIC) Object process,
      @Tracked ProcessHandle[] tracked) {
    if (process == tracked[0]) {
      process = tracked[1];
    }
  }
}
