package crjvm.agent.os;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.instrument.Instrumentation;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Set;

/**
 * What jcmd asks for, asked from inside and without an MBean server: one that is made before the
 * application begins would choose the application's logging.
 */
public final class DiagnosticCommand {
  private static final String PACKAGE = "com.sun.management.internal";

  private final Object implementation;
  private final Method method;

  private DiagnosticCommand(Object implementation, Method method) {
    this.implementation = implementation;
    this.method = method;
  }

  public static DiagnosticCommand open(Instrumentation instrumentation)
      throws ReflectiveOperationException {
    Module own = DiagnosticCommand.class.getModule();
    instrumentation.redefineModule(
        HotSpotDiagnosticMXBean.class.getModule(),
        Set.of(),
        Map.of(),
        Map.of(PACKAGE, Set.of(own)),
        Set.of(),
        Map.of());
    // Loads the JDK's library with the native method.
    ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    Class<?> type = JdkInside.type(PACKAGE + ".DiagnosticCommandImpl");
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
