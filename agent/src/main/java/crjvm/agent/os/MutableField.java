package crjvm.agent.os;

import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;

/**
 * An instance field that can be set although it is final. From JDK 26 on, {@code Field.set} does
 * that only in packages that the command line opens, or warns of it (JEP 500); {@code
 * jdk.internal.misc.Unsafe} does it everywhere.
 */
public final class MutableField {
  private final Field field;
  private final Method setter; // null: the field does it by itself
  private final long offset;

  /** Needs the field's package, and jdk.internal.misc, to be open. */
  public MutableField(Field field) {
    this.field = field;
    field.setAccessible(true);
    setter = Modifier.isFinal(field.getModifiers()) ? Unsafe.setter(field.getType()) : null;
    offset = setter == null ? 0 : Unsafe.offset(field);
  }

  public Object get(Object owner) throws IllegalAccessException {
    return field.get(owner);
  }

  public void set(Object owner, Object value) throws IllegalAccessException {
    if (setter == null) {
      field.set(owner, value);
    } else {
      Unsafe.call(setter, owner, offset, value);
    }
  }

  /** Found by reflection: no module exports it to classes that are to be compiled. */
  private static final class Unsafe {
    private static final Object INSTANCE;
    private static final Method OFFSET;

    static {
      Object instance = null;
      Method offset = null;
      try {
        Class<?> type = Class.forName("jdk.internal.misc.Unsafe");
        instance = type.getMethod("getUnsafe").invoke(null);
        offset = type.getMethod("objectFieldOffset", Field.class);
      } catch (ReflectiveOperationException | RuntimeException e) {
        // a JDK without it: fields have to do it by themselves
      }
      INSTANCE = instance;
      OFFSET = offset;
    }

    /** Null: there is none for this type. */
    static Method setter(Class<?> type) {
      String name;
      if (type == int.class) {
        name = "putInt";
      } else if (type == long.class) {
        name = "putLong";
      } else if (type == boolean.class) {
        name = "putBoolean";
      } else if (type.isPrimitive()) {
        return null;
      } else {
        name = "putReference";
      }
      if (OFFSET == null) {
        return null;
      }
      try {
        Class<?> value = type.isPrimitive() ? type : Object.class;
        return INSTANCE.getClass().getMethod(name, Object.class, long.class, value);
      } catch (NoSuchMethodException e) {
        return null;
      }
    }

    static long offset(Field field) {
      try {
        return (Long) OFFSET.invoke(INSTANCE, field);
      } catch (IllegalAccessException | InvocationTargetException e) {
        throw new IllegalStateException(e);
      }
    }

    static void call(Method setter, Object owner, long offset, Object value)
        throws IllegalAccessException {
      try {
        setter.invoke(INSTANCE, owner, offset, value);
      } catch (InvocationTargetException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
