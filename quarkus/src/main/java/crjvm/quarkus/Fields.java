package crjvm.quarkus;

import java.lang.reflect.Field;

/** Fields of libraries that have no public means for a change while they run. */
final class Fields {
  private Fields() {}

  static Object get(Class<?> type, Object object, String name) {
    try {
      return field(type, name).get(object);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  static void set(Class<?> type, Object object, String name, Object value) {
    try {
      field(type, name).set(object, value);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Field field(Class<?> type, String name) throws NoSuchFieldException {
    Field field = type.getDeclaredField(name);
    field.setAccessible(true);
    return field;
  }
}
