package crjvm.agent.library;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;

/** Access to fields and methods of classes that this class is not compiled against. */
public final class Members {
  private Members() {}

  public static boolean hasField(Object object, String name) {
    return find(object.getClass(), name) != null;
  }

  /** Returns whether this class itself declares the field. */
  public static boolean declares(Class<?> type, String name) {
    return Arrays.stream(type.getDeclaredFields()).anyMatch(field -> field.getName().equals(name));
  }

  /**
   * Returns the value of the field, which the object's class or the nearest superclass declares.
   */
  public static Object get(Object object, String name) throws ReflectiveOperationException {
    return field(object.getClass(), name).get(object);
  }

  public static int getInt(Object object, String name) throws ReflectiveOperationException {
    return field(object.getClass(), name).getInt(object);
  }

  public static Field field(Class<?> type, String name) throws NoSuchFieldException {
    Field field = find(type, name);
    if (field == null) {
      throw new NoSuchFieldException(type.getName() + "." + name);
    }
    field.setAccessible(true);
    return field;
  }

  private static Field find(Class<?> type, String name) {
    for (Class<?> each = type; each != null; each = each.getSuperclass()) {
      try {
        return each.getDeclaredField(name);
      } catch (NoSuchFieldException e) {
        // The superclass may have it.
      }
    }
    return null;
  }

  /** Calls a method without parameters that the object's class or a superclass declares. */
  public static Object call(Object object, String name) throws Exception {
    return call(object, method(object.getClass(), name));
  }

  public static Method method(Class<?> type, String name, Class<?>... parameters)
      throws NoSuchMethodException {
    for (Class<?> each = type; each != null; each = each.getSuperclass()) {
      try {
        Method method = each.getDeclaredMethod(name, parameters);
        method.setAccessible(true);
        return method;
      } catch (NoSuchMethodException e) {
        // The superclass may have it.
      }
    }
    throw new NoSuchMethodException(type.getName() + "." + name);
  }

  /**
   * Makes an object. A failure is an error in this program, so it becomes an unchecked exception.
   */
  public static Object make(Constructor<?> maker, Object... arguments) {
    try {
      return maker.newInstance(arguments);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Calls the method, and throws the method's exceptions unwrapped. */
  public static Object call(Object object, Method method, Object... arguments) throws Exception {
    try {
      return method.invoke(object, arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof Exception cause) {
        throw cause;
      }
      throw e;
    }
  }
}
