package crjvm.agent.os.jdk;

import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;

/**
 * A field that can be set even if it is final. Compiled code may contain the value of a static
 * final field that it had before. Since JDK 26, {@code Field.set} sets final fields only in
 * packages that the command line opens, or warns about it (JEP 500). {@code
 * jdk.internal.misc.Unsafe} can set them everywhere.
 */
public final class MutableField {
  private final Field field;
  private final Method setter; // null: Field.set is used
  private final Object base; // of a static field; null: the owner is the base
  private final long offset;

  /** Makes the object. The package of the field and jdk.internal.misc have to be open. */
  public MutableField(Field field) {
    this.field = field;
    field.setAccessible(true);
    setter = Modifier.isFinal(field.getModifiers()) ? Unsafe.setter(field.getType()) : null;
    boolean isStatic = Modifier.isStatic(field.getModifiers());
    base = setter == null || !isStatic ? null : Unsafe.base(field);
    offset = setter == null ? 0 : Unsafe.offset(field, isStatic);
  }

  public Object get(Object owner) throws IllegalAccessException {
    return field.get(owner);
  }

  public void set(Object owner, Object value) throws IllegalAccessException {
    if (setter == null) {
      field.set(owner, value);
    } else {
      Unsafe.call(setter, base == null ? owner : base, offset, value);
    }
  }

  /** Unsafe, accessed by reflection, because no module exports it to the compiler. */
  private static final class Unsafe {
    private static final Object INSTANCE;
    private static final Method OFFSET;
    private static final Method STATIC_OFFSET;
    private static final Method BASE;

    static {
      Object instance = null;
      Method offset = null;
      Method staticOffset = null;
      Method base = null;
      try {
        Class<?> type = Class.forName("jdk.internal.misc.Unsafe");
        instance = type.getMethod("getUnsafe").invoke(null);
        staticOffset = type.getMethod("staticFieldOffset", Field.class);
        base = type.getMethod("staticFieldBase", Field.class);
        offset = type.getMethod("objectFieldOffset", Field.class);
      } catch (ReflectiveOperationException | RuntimeException e) {
        // This JDK lacks it, so Field.set is used.
      }
      INSTANCE = instance;
      OFFSET = offset;
      STATIC_OFFSET = staticOffset;
      BASE = base;
    }

    /** Returns the setter, or null if there is none for this type. */
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

    static long offset(Field field, boolean isStatic) {
      return (Long) call(isStatic ? STATIC_OFFSET : OFFSET, field);
    }

    /** Returns the object that has the static fields of the field's class. */
    static Object base(Field field) {
      return call(BASE, field);
    }

    private static Object call(Method method, Field field) {
      try {
        return method.invoke(INSTANCE, field);
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
