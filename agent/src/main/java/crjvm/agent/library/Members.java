package crjvm.agent.library;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;

/** Fields and methods of classes that this one is not compiled against. */
public final class Members {
  private Members() {}

  public static boolean hasField(Object object, String name) {
    return find(object.getClass(), name) != null;
  }

  /** Whether it is a field of this class, and not of one above. */
  public static boolean declares(Class<?> type, String name) {
    return Arrays.stream(type.getDeclaredFields()).anyMatch(field -> field.getName().equals(name));
  }

  /** Of the object's class or of the nearest one above that has it. */
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
        // perhaps the class above
      }
    }
    return null;
  }

  /** A method without parameters, declared by the object's class or by one above. */
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
        // perhaps the class above
      }
    }
    throw new NoSuchMethodException(type.getName() + "." + name);
  }

  /** An object; what goes wrong is for nobody to mend. */
  public static Object make(Constructor<?> maker, Object... arguments) {
    try {
      return maker.newInstance(arguments);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What the method throws is thrown as it is. */
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
