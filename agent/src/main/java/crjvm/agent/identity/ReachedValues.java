package crjvm.agent.identity;

import crjvm.agent.identity.value.OwnValues;
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
import java.util.regex.Pattern;

/**
 * A search for instance fields of the application's objects that seem to identify this process. It
 * goes from object to object and begins with the near ones. It is limited, because a heap may be
 * large. The application runs meanwhile.
 */
final class ReachedValues {
  private static final int MOST_OBJECTS = 200_000;
  private static final int MOST_FIELDS = 50;

  /**
   * The packages of libraries whose values Identities examines. It knows which of them are renewed,
   * and reports the others.
   */
  private static final List<String> KNOWN =
      List.of(
          "ch.qos.logback.",
          "org.apache.kafka.",
          "org.apache.logging.log4j.",
          "org.quartz.",
          "org.springframework.boot.");

  private static final Pattern PROCESS = Pattern.compile("(?i)pid|process");

  private final OwnValues own;
  private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Deque<Object> left = new ArrayDeque<>();
  private final Map<Class<?>, List<Field>> fields = new HashMap<>();

  ReachedValues(OwnValues own) {
    this.own = own;
  }

  /** Returns whether the class belongs to the application or to one of its libraries. */
  static boolean isApplications(Class<?> type) {
    ClassLoader loader = type.getClassLoader();
    return loader != null
        && loader != ClassLoader.getPlatformClassLoader()
        && loader != ReachedValues.class.getClassLoader();
  }

  /** Returns whether the field holds an object, or a number that may be a process id. */
  static boolean mayIdentify(Field field) {
    Class<?> type = field.getType();
    return !type.isPrimitive() || type == int.class || type == long.class;
  }

  /** Adds an object to the search, with all objects that it leads to. */
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
   * Searches all objects that were added.
   *
   * @return texts such as "the UUID in CLASS.FIELD"
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
        String what = kind(field, value);
        if (what != null) {
          found.add(what + " in " + owner.getName() + "." + field.getName());
        }
      }
      reach(value);
    }
  }

  /** Ignores numbers in fields of other names, because many objects have many numbers. */
  private String kind(Field field, Object value) {
    if (value instanceof Number && !PROCESS.matcher(field.getName()).find()) {
      return null;
    }
    return OwnValues.isUuid(value) ? "the UUID" : own.kind(value);
  }

  private static boolean isKnown(Class<?> owner) {
    return KNOWN.stream().anyMatch(owner.getName()::startsWith);
  }

  /**
   * Returns the readable instance fields of the class and its superclasses that hold objects or may
   * hold a process id.
   */
  private static List<Field> fields(Class<?> type) {
    List<Field> fields = new ArrayList<>();
    for (Class<?> each = type; each != null; each = each.getSuperclass()) {
      try {
        for (Field field : each.getDeclaredFields()) {
          if (!Modifier.isStatic(field.getModifiers())
              && mayIdentify(field)
              && field.trySetAccessible()) {
            fields.add(field);
          }
        }
      } catch (LinkageError e) { // The class refers to a class that is missing.
        continue;
      }
    }
    return fields;
  }
}
