package crjvm.agent.tool.state;

import java.io.InputStream;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.charset.CharsetEncoder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * {@code System.in}, {@code out} and {@code err} with all their objects and state. A run may have
 * closed them, or read more than it used. The same objects have to work again, because static
 * fields refer to them.
 */
public final class StreamObjects {
  private static final Set<String> PACKAGES = Set.of("java.io", "sun.nio.cs");

  private record Slot(Object object, Field field, Object value) {}

  private final InputStream in = System.in;
  private final PrintStream out = System.out;
  private final PrintStream err = System.err;
  private final List<Slot> slots = new ArrayList<>();
  private final List<CharsetEncoder> encoders = new ArrayList<>();

  /** Records the state. The streams must not have buffered data. */
  public StreamObjects() throws IllegalAccessException {
    Deque<Object> left = new ArrayDeque<>(List.of(in, out, err));
    IdentityHashMap<Object, Boolean> seen = new IdentityHashMap<>();
    while (!left.isEmpty()) {
      Object object = left.pop();
      if (seen.put(object, true) == null) {
        for (Class<?> type = object.getClass(); type != Object.class; type = type.getSuperclass()) {
          if (PACKAGES.contains(type.getPackageName())) {
            add(object, type, left);
          }
        }
      }
    }
  }

  private void add(Object object, Class<?> type, Deque<Object> left) throws IllegalAccessException {
    for (Field field : type.getDeclaredFields()) {
      if (!Modifier.isStatic(field.getModifiers())) {
        field.setAccessible(true);
        Object value = field.get(object);
        slots.add(new Slot(object, field, value));
        if (value instanceof CharsetEncoder encoder) {
          encoders.add(encoder);
        } else if (value != null && isOfStreams(value.getClass())) {
          left.push(value);
        }
      }
    }
  }

  /**
   * Returns whether the class or a superclass belongs to streams. Since JDK 24 the outermost
   * classes are in {@code java.lang.System}.
   */
  private static boolean isOfStreams(Class<?> type) {
    return type != null
        && (PACKAGES.contains(type.getPackageName()) || isOfStreams(type.getSuperclass()));
  }

  /** Writes buffered output, as the JVM does at its end. */
  public void flush() {
    System.out.flush();
    System.err.flush();
    out.flush();
    err.flush();
  }

  public void bringBack() throws IllegalAccessException {
    for (Slot slot : slots) {
      Object now = slot.field().get(slot.object());
      boolean isSame =
          slot.field().getType().isPrimitive() ? now.equals(slot.value()) : now == slot.value();
      if (!isSame) {
        slot.field().set(slot.object(), slot.value());
      }
    }
    encoders.forEach(CharsetEncoder::reset); // Closing a stream ends its encoder.
    System.setIn(in);
    System.setOut(out);
    System.setErr(err);
  }
}
