package crjvm.agent.hook.warmpoint;

import net.bytebuddy.asm.Advice;

/** Advice at every return of the method that {@code at=method:} names. */
final class MethodExitAdvice {
  private MethodExitAdvice() {}

  // It uses reflection, because the class that it becomes part of may see neither the agent nor the
  // class path.
  @Advice.OnMethodExit(suppress = Throwable.class)
  static void exit() throws ReflectiveOperationException {
    ClassLoader.getSystemClassLoader()
        .loadClass("crjvm.door.Bridge")
        .getMethod("methodReturned")
        .invoke(null);
  }
}
