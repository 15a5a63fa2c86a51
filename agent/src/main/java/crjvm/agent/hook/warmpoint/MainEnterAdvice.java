package crjvm.agent.hook.warmpoint;

import net.bytebuddy.asm.Advice;

/**
 * Advice at the start of the application's main method. It replaces the arguments by those of the
 * restore.
 */
final class MainEnterAdvice {
  private MainEnterAdvice() {}

  // It avoids String[].class, because class files older than those of Java 5 may not have such a
  // constant.
  @Advice.OnMethodEnter(suppress = Throwable.class)
  static void enter(@Advice.Argument(value = 0, readOnly = false) String[] arguments)
      throws ReflectiveOperationException {
    arguments =
        (String[])
            ClassLoader.getSystemClassLoader()
                .loadClass("crjvm.door.Bridge")
                .getMethod("mainEntered", new String[0].getClass())
                .invoke(null, (Object) arguments);
  }
}
