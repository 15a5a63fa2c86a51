package crjvm.agent.os;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;

/**
 * What jcmd asks for, asked from inside and without an MBean server: one that is made before the
 * application begins would choose the application's logging.
 */
public final class DiagnosticCommand {
  private static final String TYPE = JdkModules.MANAGEMENT + ".DiagnosticCommandImpl";

  private final Object implementation;
  private final Method method;

  private DiagnosticCommand(Object implementation, Method method) {
    this.implementation = implementation;
    this.method = method;
  }

  /** After {@link JdkModules#open}. */
  public static DiagnosticCommand find() throws ReflectiveOperationException {
    // Loads the JDK's library with the native method.
    ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    Class<?> type = JdkInside.type(TYPE);
    Method find = JdkInside.method(type, "getDiagnosticCommandMBean");
    Method execute = JdkInside.method(type, "executeDiagnosticCommand", String.class);
    return new DiagnosticCommand(find.invoke(null), execute);
  }

  /**
   * Returns what jcmd would print.
   *
   * @param words as after jcmd's process id
   */
  public String run(String words) throws ReflectiveOperationException {
    return (String) method.invoke(implementation, words);
  }
}
