package crjvm.agent.hook;

import net.bytebuddy.asm.Advice;

/**
 * Inlined at the start of the application's main method, whose arguments become those of the
 * restore.
 */
final class MainEnterAdvice {
  private MainEnterAdvice() {}

  // Without String[].class: class files older than Java 5's may have no constant of that kind.
  @Advice.OnMethodEnter(suppress = Throwable.class)
  static void enter(@Advice.Argument(value = 0, readOnly = false) String[] arguments)
      throws ReflectiveOperationException {
    arguments =
        (String[])
            ClassLoader.getSystemClassLoader()
                .loadClass("crjvm.entry.Hooks")
                .getMethod("mainEntered", new String[0].getClass())
                .invoke(null, (Object) arguments);
  }
}
