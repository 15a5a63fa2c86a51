package crjvm.agent.message;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;

/**
 * The agent's lines on stderr: on the process's own stream, whatever the application has made of
 * {@code System.err}.
 */
public final class Console {
  private static final boolean DEBUG = "1".equals(System.getenv("CRJVM_DEBUG"));
  private static final PrintStream ERR =
      new PrintStream(new FileOutputStream(FileDescriptor.err), true, charset());

  private Console() {}

  /** Whether {@code CRJVM_DEBUG=1} asks for stack traces and for evidence to be kept. */
  public static boolean isDebug() {
    return DEBUG;
  }

  public static void say(String line) {
    ERR.println("crjvm: " + line);
  }

  public static void report(Failure failure) {
    say(failure.getMessage());
    trace(failure);
  }

  public static void trace(Throwable reason) {
    if (DEBUG) {
      reason.printStackTrace(ERR);
    }
  }

  private static Charset charset() {
    String name = System.getProperty("stderr.encoding"); // since JDK 19
    try {
      return name == null ? Charset.defaultCharset() : Charset.forName(name);
    } catch (IllegalArgumentException e) {
      return Charset.defaultCharset();
    }
  }
}
