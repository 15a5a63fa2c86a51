package crjvm;

import crjvm.door.IsolatedClassLoader;
import java.lang.reflect.InvocationTargetException;

/**
 * The command line for images: {@code java -jar crjvm.jar COMMAND}. It only calls into the isolated
 * class loader.
 */
public final class Main {
  private static final String COMMAND_LINE = "crjvm.cli.CommandLineTool";

  private Main() {}

  /** Runs the command, and ends the JVM with its exit code. */
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
