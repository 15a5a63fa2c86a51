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
 * The addition of {@code CRaCMXBean} and {@code StartMXBean} to the platform's beans. org.crac gets
 * the first one by {@code ManagementFactory.getPlatformMXBean}, which knows only beans of the JDK's
 * own providers and throws an exception for others.
 */
public final class PlatformBean {
  /** The name of the bean in JDKs that have it. */
  static final String NAME = "jdk.management:type=CRaC";

  private static final String COMPONENT =
      "sun.management.spi.PlatformMBeanProvider$PlatformComponent";

  private PlatformBean() {}

  /**
   * Installs the beans, before other code can ask for them. It starts no part of JMX that would not
   * be started anyway.
   */
  public static void install(Instrumentation instrumentation) {
    try {
      open(instrumentation);
      install(StartBean.NAME, new StartBean(), StartMXBean.class);
      if (!CRaCMXBean.class.getModule().isNamed()) { // otherwise the JDK has its own bean
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

  /** Returns the components by their names. A search for a bean looks there. */
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

  /** Returns a component. Its interface is private to the JDK, so it is a proxy. */
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
              // The JDK asks all components for all interfaces.
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

  /**
   * Registers the bean with a server that another agent has already started. Such a server has only
   * the components of that time.
   */
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
