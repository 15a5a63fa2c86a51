package crjvm.agent.hook;

import net.bytebuddy.asm.Advice;

/** Inlined at the end of constructors of text that may have the process id in it. */
final class ProcessIdTextAdvice {
  private ProcessIdTextAdvice() {}

  @Advice.OnMethodExit(suppress = Throwable.class)
  static void exit(@Advice.This Object made) throws ReflectiveOperationException {
    ClassLoader.getSystemClassLoader()
        .loadClass("crjvm.entry.Hooks")
        .getMethod("textMade", Object.class)
        .invoke(null, made);
  }
}
