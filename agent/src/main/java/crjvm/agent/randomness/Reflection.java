package crjvm.agent.randomness;

import java.lang.reflect.Field;

/** Private parts of the JDK, whose packages are open to this one. */
final class Reflection {
  private Reflection() {}

  static Field field(Class<?> type, String name) throws NoSuchFieldException {
    Field field = type.getDeclaredField(name);
    field.setAccessible(true);
    return field;
  }

  /** Does not initialise the class. */
  static Class<?> type(String name) throws ClassNotFoundException {
    return Class.forName(name, false, ClassLoader.getSystemClassLoader());
  }
}
