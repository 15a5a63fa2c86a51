package crjvm.agent.hook;

import net.bytebuddy.asm.Advice;

/**
 * Inlined at the start of the application's main method, whose arguments become those of the
 * restore.
 */
final class MainEnterAdvice {
  private MainEnterAdvice() {}

  @Advice.OnMethodEnter(suppress = Throwable.class)
  static void enter(@Advice.Argument(value = 0, readOnly = false) String[] arguments)
      throws ReflectiveOperationException {
    arguments =
        (String[])
            ClassLoader.getSystemClassLoader()
                .loadClass("crjvm.entry.Hooks")
                .getMethod("mainEntered", String[].class)
                .invoke(null, (Object) arguments);
  }
}
