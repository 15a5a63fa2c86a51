package crjvm;

import crjvm.entry.IsolatedClassLoader;
import java.lang.reflect.InvocationTargetException;

/**
 * The image command line: {@code java -jar crjvm.jar COMMAND}. It only leads into the isolated
 * class loader.
 */
public final class Main {
  private static final String COMMAND_LINE = "crjvm.cli.CommandLineTool";

  private Main() {}

  /** Ends the JVM with the command's exit code. */
  public static void main(String[] args) throws Throwable {
    Class<?> tool = IsolatedClassLoader.open().loadClass(COMMAND_LINE);
    try {
      Object status = tool.getMethod("run", String[].class).invoke(null, (Object) args);
      System.exit((Integer) status);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
