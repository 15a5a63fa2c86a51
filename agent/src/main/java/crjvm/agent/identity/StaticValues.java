package crjvm.agent.identity;

import crjvm.agent.identity.value.OwnValues;
import crjvm.agent.os.jdk.ClassState;
import java.lang.instrument.Instrumentation;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Set;
import java.util.TreeSet;

/**
 * A search for fields of the application and its libraries that seem to identify this process. It
 * looks at static fields, and at fields of objects that can be reached from these and from threads.
 */
final class StaticValues {
  private final ClassState state;
  private final OwnValues own = OwnValues.now();

  private StaticValues(ClassState state) {
    this.state = state;
  }

  /**
   * Searches all classes that are loaded and initialised.
   *
   * @return texts such as "the UUID in CLASS.FIELD"
   */
  static Set<String> find(Instrumentation instrumentation) throws ReflectiveOperationException {
    StaticValues values = new StaticValues(new ClassState());
    ReachedValues reached = new ReachedValues(values.own);
    Set<String> found = new TreeSet<>();
    for (Class<?> type : instrumentation.getAllLoadedClasses()) {
      if (ReachedValues.isApplications(type) && values.isInitialised(type)) {
        values.look(type, found, reached);
      }
    }
    Thread.getAllStackTraces().keySet().forEach(reached::reach);
    found.addAll(reached.find());
    return found;
  }

  private boolean isInitialised(Class<?> type) throws ReflectiveOperationException {
    return !type.isArray() && !type.isHidden() && state.isInitialised(type);
  }

  private void look(Class<?> type, Set<String> found, ReachedValues reached) {
    Field[] fields;
    try {
      fields = type.getDeclaredFields();
    } catch (LinkageError e) { // The class refers to a class that is missing.
      return;
    }
    for (Field field : fields) {
      if (Modifier.isStatic(field.getModifiers()) && ReachedValues.mayIdentify(field)) {
        Object value = value(field);
        reached.reach(value);
        String what = own.kind(value);
        if (what != null) {
          found.add(what + " in " + type.getName() + "." + field.getName());
        }
      }
    }
  }

  private static Object value(Field field) {
    try {
      field.setAccessible(true);
      return field.get(null);
    } catch (IllegalAccessException | RuntimeException e) { // The module is not open.
      return null;
    }
  }
}
