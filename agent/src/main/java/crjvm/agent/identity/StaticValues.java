package crjvm.agent.identity;

import crjvm.agent.os.ClassState;
import java.lang.instrument.Instrumentation;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Static fields of the application and its libraries that look as if they said who this process is:
 * a UUID, and text in which the name of this machine or the id of this process stands.
 */
final class StaticValues {
  /** Versions of UUIDs that are made anew each time; others are often names that all have. */
  private static final Set<Integer> RANDOM = Set.of(4, 7);

  private final ClassState state;
  private final Pattern own;

  private StaticValues(ClassState state, Pattern own) {
    this.state = state;
    this.own = own;
  }

  /**
   * Looks at all classes that are there and initialised.
   *
   * @return "the UUID in CLASS.FIELD" and the like
   */
  static Set<String> find(Instrumentation instrumentation) throws ReflectiveOperationException {
    StaticValues values = new StaticValues(new ClassState(), names());
    Set<String> found = new TreeSet<>();
    for (Class<?> type : instrumentation.getAllLoadedClasses()) {
      if (values.isApplications(type)) {
        values.look(type, found);
      }
    }
    return found;
  }

  /** As whole words; a process id of one or two digits would be everywhere. */
  private static Pattern names() {
    String pid = Long.toString(ProcessHandle.current().pid());
    StringBuilder names = new StringBuilder(pid.length() > 2 ? pid : "");
    try {
      String host = InetAddress.getLocalHost().getHostName();
      names.append(names.isEmpty() ? "" : "|").append(Pattern.quote(host));
    } catch (UnknownHostException e) {
      // then nobody has it
    }
    return names.isEmpty() ? null : Pattern.compile("(?<![\\w.])(?:" + names + ")(?![\\w.])");
  }

  private boolean isApplications(Class<?> type) throws ReflectiveOperationException {
    ClassLoader loader = type.getClassLoader();
    return loader != null
        && loader != ClassLoader.getPlatformClassLoader()
        && loader != StaticValues.class.getClassLoader()
        && !type.isArray()
        && !type.isHidden()
        && state.isInitialised(type);
  }

  private void look(Class<?> type, Set<String> found) {
    Field[] fields;
    try {
      fields = type.getDeclaredFields();
    } catch (LinkageError e) { // of a class that is not there
      return;
    }
    for (Field field : fields) {
      if (Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
        String what = kind(field);
        if (what != null) {
          found.add(what + " in " + type.getName() + "." + field.getName());
        }
      }
    }
  }

  private String kind(Field field) {
    try {
      field.setAccessible(true);
      Object value = field.get(null);
      if (value instanceof UUID id) {
        return RANDOM.contains(id.version()) ? "the UUID" : null;
      }
      boolean isOwn = own != null && value instanceof String text && own.matcher(text).find();
      return isOwn ? "this process's id or this machine's name" : null;
    } catch (IllegalAccessException | RuntimeException e) { // of a module that is not open
      return null;
    }
  }
}
