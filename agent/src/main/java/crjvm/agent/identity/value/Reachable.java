package crjvm.agent.identity.value;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A search for objects that were made before crjvm's agent was loaded. They belong to another agent
 * that is before it on the command line, and the search begins at a static field of that agent.
 */
public final class Reachable {
  private final String wanted;
  private final Pattern onTheWay;

  /**
   * @param wanted the name of a class
   * @param onTheWay the full names of classes whose fields lead to objects of that class
   */
  public Reachable(String wanted, Pattern onTheWay) {
    this.wanted = wanted;
    this.onTheWay = onTheWay;
  }

  /** Returns all reachable objects of the class and of its subclasses. */
  public Set<Object> from(Object root) throws ReflectiveOperationException {
    Set<Object> found = Collections.newSetFromMap(new IdentityHashMap<>());
    Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Object> left = new ArrayDeque<>();
    if (root != null) {
      left.add(root);
    }
    while (!left.isEmpty()) {
      Object object = left.remove();
      if (isWanted(object.getClass())) {
        found.add(object);
      } else if (onTheWay.matcher(object.getClass().getName()).matches() && seen.add(object)) {
        addFields(object, left);
      }
    }
    return found;
  }

  private boolean isWanted(Class<?> type) {
    for (Class<?> each = type; each != null; each = each.getSuperclass()) {
      if (each.getName().equals(wanted)) {
        return true;
      }
    }
    return false;
  }

  private static void addFields(Object object, Deque<Object> left)
      throws ReflectiveOperationException {
    for (Class<?> type = object.getClass(); type != null; type = type.getSuperclass()) {
      for (Field field : type.getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
          field.setAccessible(true);
          Object value = field.get(object);
          if (value != null) {
            left.add(value);
          }
        }
      }
    }
  }
}
