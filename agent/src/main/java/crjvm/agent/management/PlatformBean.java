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
 * Makes {@code CRaCMXBean} and {@code StartMXBean} two of the platform's beans. {@code
 * ManagementFactory.getPlatformMXBean}, by which org.crac gets the first, knows only those of the
 * JDK's own providers and throws for others.
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
      open(instrumentation);
      install(StartBean.NAME, new StartBean(), StartMXBean.class);
      if (!CRaCMXBean.class.getModule().isNamed()) { // else a JDK that has its own
        install(NAME, new RestoreBean(new ObjectName(NAME)), CRaCMXBean.class);
      }
    } catch (ReflectiveOperationException | JMException | RuntimeException | LinkageError e) {
      JdkLack.lose("there is no management bean that tells of restores (CRaCMXBean)", e);
    }
  }

  private static <T> void install(String name, T bean, Class<T> type)
      throws ReflectiveOperationException, JMException {
    components().put(name, component(name, bean, type));
    register(new ObjectName(name), bean, type);
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
  private static Object component(String name, Object bean, Class<?> bound)
      throws ClassNotFoundException {
    Class<?> type = Class.forName(COMPONENT);
    InvocationHandler handler =
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "mbeanInterfaces" -> Set.of(bound);
              case "mbeanInterfaceNames" -> Set.of(bound.getName());
              case "nameToMBeanMap" -> Map.of(name, bean);
              case "getObjectNamePattern" -> name;
              // All components are asked for all interfaces.
              case "getMBeans" -> arguments[0] == bound ? List.of(bean) : List.of();
              case "isSingleton", "shouldRegister" -> true;
              case "equals" -> proxy == arguments[0];
              case "hashCode" -> name.hashCode();
              case "toString" -> name;
              default -> throw new UnsupportedOperationException(method.getName());
            };
    return Proxy.newProxyInstance(
        PlatformBean.class.getClassLoader(), new Class<?>[] {type}, handler);
  }

  /** A server that another agent has started has the components of that time. */
  private static <T> void register(ObjectName name, T bean, Class<T> type)
      throws ReflectiveOperationException, JMException {
    Field field = ManagementFactory.class.getDeclaredField("platformMBeanServer");
    field.setAccessible(true);
    MBeanServer server = (MBeanServer) field.get(null);
    if (server != null && !server.isRegistered(name)) {
      server.registerMBean(new StandardMBean(bean, type, true), name);
    }
  }
}
