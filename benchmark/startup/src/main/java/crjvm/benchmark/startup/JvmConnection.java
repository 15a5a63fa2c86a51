package crjvm.benchmark.startup;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;

/** Sends the commands of jcmd without starting a JVM for each of them. */
final class JvmConnection implements AutoCloseable {
  private final VirtualMachine machine;
  private final Path socket;

  private JvmConnection(VirtualMachine machine, Path socket) {
    this.machine = machine;
    this.socket = socket;
  }

  /** Connects to a JVM to which nobody has connected yet. */
  static JvmConnection to(Child jvm) throws Failure {
    String pid = Integer.toString(jvm.pid());
    Path socket = Path.of("/tmp/.java_pid" + pid);
    try {
      // This JVM has no socket yet. A killed JVM of another user may have left one with this id.
      Files.deleteIfExists(socket);
      JvmConnection connection = new JvmConnection(VirtualMachine.attach(pid), socket);
      connection.command("VM.version"); // starts the thread that answers
      return connection;
    } catch (AttachNotSupportedException | IOException e) {
      throw new Failure("can't attach to the JVM: " + e.getMessage());
    }
  }

  /** Returns the milliseconds of a full collection, as a client sees it. */
  double collect() throws Failure {
    long before = System.nanoTime();
    command("GC.run");
    return (System.nanoTime() - before) / 1e6;
  }

  /**
   * Executes a command. It uses reflection because the method is internal to the JDK, and the run
   * script opens its package.
   */
  private void command(String name) throws Failure {
    try {
      Method method =
          Class.forName("sun.tools.attach.HotSpotVirtualMachine")
              .getMethod("executeJCmd", String.class);
      try (InputStream answer = (InputStream) method.invoke(machine, name)) {
        answer.readAllBytes();
      }
    } catch (ClassNotFoundException | NoSuchMethodException | IllegalAccessException e) {
      throw new IllegalStateException(e);
    } catch (InvocationTargetException | IOException e) {
      throw new Failure("the JVM does not answer " + name + ": " + e);
    }
  }

  @Override
  public void close() throws Failure {
    try {
      machine.detach();
      // The JVM will be killed, and the next one may get its id.
      Files.deleteIfExists(socket);
    } catch (IOException e) {
      throw new Failure("can't detach from the JVM: " + e.getMessage());
    }
  }
}
