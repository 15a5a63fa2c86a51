package crjvm.agent.hook.warmpoint;

import net.bytebuddy.asm.Advice;

/** Advice at the end of the JDK's method that loads the main class. */
final class LaunchAdvice {
  private LaunchAdvice() {}

  @Advice.OnMethodExit(suppress = Throwable.class)
  static void exit(@Advice.Return Class<?> mainClass) throws ReflectiveOperationException {
    ClassLoader.getSystemClassLoader()
        .loadClass("crjvm.door.Bridge")
        .getMethod("launched", Class.class)
        .invoke(null, mainClass);
  }
}
