package crjvm.agent.management;

import crjvm.agent.message.JdkLack;
import java.lang.instrument.Instrumentation;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.StandardMBean;
import jdk.crac.management.CRaCMXBean;

/**
 * Makes {@code CRaCMXBean} one of the platform's beans: {@code
 * ManagementFactory.getPlatformMXBean}, by which org.crac gets it, knows only those of the JDK's
 * own providers and throws for others.
 */
public final class PlatformBean {
  /** As in JDKs that have it. */
  static final String NAME = "jdk.management:type=CRaC";

  private static final String COMPONENT =
      "sun.management.spi.PlatformMBeanProvider$PlatformComponent";

  private PlatformBean() {}

  /** Before anybody can ask for it. Starts nothing of JMX that would not be started anyway. */
  public static void install(Instrumentation instrumentation) {
    try {
      if (CRaCMXBean.class.getModule().isNamed()) {
        return; // a JDK that has its own
      }
      open(instrumentation);
      RestoreBean bean = new RestoreBean(new ObjectName(NAME));
      components().put(NAME, component(bean));
      register(bean);
    } catch (ReflectiveOperationException | JMException | RuntimeException | LinkageError e) {
      JdkLack.lose("there is no management bean that tells of restores (CRaCMXBean)", e);
    }
  }

  private static void open(Instrumentation instrumentation) {
    Set<Module> own = Set.of(PlatformBean.class.getModule());
    instrumentation.redefineModule(
        ManagementFactory.class.getModule(),
        Set.of(),
        Map.of(),
        Map.of("java.lang.management", own),
        Set.of(),
        Map.of());
  }

  /** By their names; whoever asks for a bean looks through them. */
  @SuppressWarnings("unchecked")
  private static Map<String, Object> components() throws ReflectiveOperationException {
    Class<?> finder = Class.forName(ManagementFactory.class.getName() + "$PlatformMBeanFinder");
    Method map;
    try {
      map = finder.getDeclaredMethod("getMap");
    } catch (NoSuchMethodException e) {
      throw new JdkLack(finder.getName() + ".getMap");
    }
    map.setAccessible(true);
    return (Map<String, Object>) map.invoke(null);
  }

  /** Of an interface that no application is compiled against. */
  private static Object component(CRaCMXBean bean) throws ClassNotFoundException {
    Class<?> type = Class.forName(COMPONENT);
    InvocationHandler handler =
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "mbeanInterfaces" -> Set.of(CRaCMXBean.class);
              case "mbeanInterfaceNames" -> Set.of(CRaCMXBean.class.getName());
              case "nameToMBeanMap" -> Map.of(NAME, bean);
              case "getObjectNamePattern" -> NAME;
              // All components are asked for all interfaces.
              case "getMBeans" -> arguments[0] == CRaCMXBean.class ? List.of(bean) : List.of();
              case "isSingleton", "shouldRegister" -> true;
              case "equals" -> proxy == arguments[0];
              case "hashCode" -> NAME.hashCode();
              case "toString" -> NAME;
              default -> throw new UnsupportedOperationException(method.getName());
            };
    return Proxy.newProxyInstance(
        PlatformBean.class.getClassLoader(), new Class<?>[] {type}, handler);
  }

  /** A server that another agent has started has the components of that time. */
  private static void register(RestoreBean bean) throws ReflectiveOperationException, JMException {
    Field field = ManagementFactory.class.getDeclaredField("platformMBeanServer");
    field.setAccessible(true);
    MBeanServer server = (MBeanServer) field.get(null);
    if (server != null && !server.isRegistered(bean.getObjectName())) {
      server.registerMBean(new StandardMBean(bean, CRaCMXBean.class, true), bean.getObjectName());
    }
  }
}
