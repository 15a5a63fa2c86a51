package crjvm.agent.os;

import crjvm.agent.message.JdkLack;
import java.lang.reflect.Field;
import java.lang.reflect.Method;

/**
 * Looks up private pieces of the JDK, in packages that {@link JdkModules} has opened. What is there
 * is asked for by its name, never by the JDK's version: whoever needs it says what its lack costs
 * ({@link JdkLack#lose}).
 */
public final class JdkInside {
  private JdkInside() {}

  /** Does not initialise the class. */
  public static Class<?> type(String name) throws JdkLack {
    try {
      return Class.forName(name, false, ClassLoader.getPlatformClassLoader());
    } catch (ClassNotFoundException e) {
      throw new JdkLack(name);
    }
  }

  /**
   * A field that can be read.
   *
   * @param names those of different releases; the first one that is there counts
   */
  public static Field field(Class<?> type, String... names) throws JdkLack {
    for (String name : names) {
      try {
        Field field = type.getDeclaredField(name);
        field.setAccessible(true);
        return field;
      } catch (NoSuchFieldException e) {
        // the next one
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

  /** A field that can be set, final or not. */
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

  /** Whether this JDK has virtual threads. */
  public static boolean hasVirtualThreads() {
    try {
      var unused = Thread.class.getMethod("startVirtualThread", Runnable.class);
      return true;
    } catch (NoSuchMethodException e) {
      return false;
    }
  }
}
