package crjvm.agent.os.jdk;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;

/**
 * The commands of jcmd, which run inside of the JVM and without an MBean server. A server that is
 * made before the application begins would determine the application's logging.
 */
public final class DiagnosticCommand {
  private static final String TYPE = JdkModules.MANAGEMENT + ".DiagnosticCommandImpl";

  private final Object implementation;
  private final Method method;

  private DiagnosticCommand(Object implementation, Method method) {
    this.implementation = implementation;
    this.method = method;
  }

  /** Finds the command. {@link JdkModules#open} must have been called before. */
  public static DiagnosticCommand find() throws ReflectiveOperationException {
    // This loads the JDK's library with the native method.
    ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    Class<?> type = JdkInside.type(TYPE);
    Method find = JdkInside.method(type, "getDiagnosticCommandMBean");
    Method execute = JdkInside.method(type, "executeDiagnosticCommand", String.class);
    return new DiagnosticCommand(find.invoke(null), execute);
  }

  /**
   * Returns the output that jcmd would print.
   *
   * @param words the arguments after jcmd's process id
   */
  public String run(String words) throws ReflectiveOperationException {
    return (String) method.invoke(implementation, words);
  }
}
