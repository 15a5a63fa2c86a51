package crjvm.agent.os.jdk;

import crjvm.agent.message.JdkLack;
import java.lang.reflect.Field;
import java.lang.reflect.Method;

/**
 * Private pieces of the JDK, in packages that {@link JdkModules} has opened. This class looks for
 * their names and never for the JDK's version. The calling code says what the lack of a piece costs
 * ({@link JdkLack#lose}).
 */
public final class JdkInside {
  private JdkInside() {}

  /** Returns the class without initialising it. */
  public static Class<?> type(String name) throws JdkLack {
    try {
      return Class.forName(name, false, ClassLoader.getPlatformClassLoader());
    } catch (ClassNotFoundException e) {
      throw new JdkLack(name);
    }
  }

  /**
   * Returns a field that can be read.
   *
   * @param names the names in different releases; the first existing one is used
   */
  public static Field field(Class<?> type, String... names) throws JdkLack {
    for (String name : names) {
      try {
        Field field = type.getDeclaredField(name);
        field.setAccessible(true);
        return field;
      } catch (NoSuchFieldException e) {
        // The next name may exist.
      }
    }
    throw new JdkLack(type.getName() + "." + names[0]);
  }

  public static boolean hasField(Class<?> type, String name) {
    try {
      var unused = type.getDeclaredField(name);
      return true;
    } catch (NoSuchFieldException e) {
      return false;
    }
  }

  /** Returns a field that can be set, whether it is final or not. */
  public static MutableField mutableField(Class<?> type, String name) throws JdkLack {
    return new MutableField(field(type, name));
  }

  public static Method method(Class<?> type, String name, Class<?>... parameters) throws JdkLack {
    try {
      Method method = type.getDeclaredMethod(name, parameters);
      method.setAccessible(true);
      return method;
    } catch (NoSuchMethodException e) {
      throw new JdkLack(type.getName() + "." + name);
    }
  }

  /** Returns whether this JDK has virtual threads. */
  public static boolean hasVirtualThreads() {
    try {
      var unused = Thread.class.getMethod("startVirtualThread", Runnable.class);
      return true;
    } catch (NoSuchMethodException e) {
      return false;
    }
  }
}
