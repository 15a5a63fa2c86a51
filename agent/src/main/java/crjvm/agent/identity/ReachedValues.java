package crjvm.agent.identity;

import java.lang.ref.Reference;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Instance fields of the application's objects that look as if they said who this process is. Goes
 * from object to object, the near ones first; not on and on, as a heap may be large. The
 * application goes on meanwhile.
 */
final class ReachedValues {
  private static final int MOST_OBJECTS = 200_000;
  private static final int MOST_FIELDS = 50;

  /** Identities knows what of them is renewed, and names what is not. */
  private static final List<String> KNOWN =
      List.of(
          "ch.qos.logback.",
          "org.apache.kafka.",
          "org.apache.logging.log4j.",
          "org.quartz.",
          "org.springframework.boot.");

  private final OwnValues own;
  private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Deque<Object> left = new ArrayDeque<>();
  private final Map<Class<?>, List<Field>> fields = new HashMap<>();

  ReachedValues(OwnValues own) {
    this.own = own;
  }

  /** Whether it is the application's or of one of its libraries. */
  static boolean isApplications(Class<?> type) {
    ClassLoader loader = type.getClassLoader();
    return loader != null
        && loader != ClassLoader.getPlatformClassLoader()
        && loader != ReachedValues.class.getClassLoader();
  }

  /** Is to be looked at, and what can be reached from there. */
  void reach(Object object) {
    if (object != null
        && seen.size() < MOST_OBJECTS
        && leadsOn(object.getClass())
        && seen.add(object)) {
      left.add(object);
    }
  }

  private static boolean leadsOn(Class<?> type) {
    if (type.isArray()) {
      return !type.getComponentType().isPrimitive();
    }
    return type != String.class
        && type != Class.class
        && !type.isEnum()
        && !ClassLoader.class.isAssignableFrom(type)
        && !Reference.class.isAssignableFrom(type)
        && !Number.class.isAssignableFrom(type)
        && type.getClassLoader() != ReachedValues.class.getClassLoader()
        && !type.getName().startsWith("java.lang.invoke.")
        && !type.getName().startsWith("java.lang.reflect.");
  }

  /**
   * Goes all the way.
   *
   * @return "the UUID in CLASS.FIELD" and the like
   */
  Set<String> find() {
    Set<String> found = new TreeSet<>();
    for (Object object = left.poll(); object != null && found.size() < MOST_FIELDS; ) {
      if (object instanceof Object[] array) {
        for (Object element : array) {
          reach(element);
        }
      } else {
        look(object, found);
      }
      object = left.poll();
    }
    return found;
  }

  private void look(Object object, Set<String> found) {
    for (Field field : fields.computeIfAbsent(object.getClass(), ReachedValues::fields)) {
      Object value;
      try {
        value = field.get(object);
      } catch (IllegalAccessException e) {
        continue;
      }
      Class<?> owner = field.getDeclaringClass();
      if (value != null && isApplications(owner) && !isKnown(owner)) {
        String what = OwnValues.isUuid(value) ? "the UUID" : own.kind(value);
        if (what != null) {
          found.add(what + " in " + owner.getName() + "." + field.getName());
        }
      }
      reach(value);
    }
  }

  private static boolean isKnown(Class<?> owner) {
    return KNOWN.stream().anyMatch(owner.getName()::startsWith);
  }

  /** Those that can be read and hold objects, of all classes above, too. */
  private static List<Field> fields(Class<?> type) {
    List<Field> fields = new ArrayList<>();
    for (Class<?> each = type; each != null; each = each.getSuperclass()) {
      try {
        for (Field field : each.getDeclaredFields()) {
          if (!Modifier.isStatic(field.getModifiers())
              && !field.getType().isPrimitive()
              && field.trySetAccessible()) {
            fields.add(field);
          }
        }
      } catch (LinkageError e) { // of a class that is not there
        continue;
      }
    }
    return fields;
  }
}
