package crjvm.agent.setting;

import crjvm.agent.hook.resource.StaticInitialisers;
import java.lang.StackWalker.Option;
import java.lang.StackWalker.StackFrame;
import java.util.Properties;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * The record of the environment variables and system properties that were read, as hashes of their
 * names and never with values. Frameworks ask for thousands of names that are not set.
 */
final class SettingReads implements BiConsumer<Object, Object> {
  private static final int MOST = 1 << 17;

  /** The beginning of the names of the agent's threads. */
  private static final String OWN_THREADS = "crjvm ";

  /** The packages of crjvm's parts in the application. */
  private static final Set<String> OURS =
      Set.of("crjvm.micronaut", "crjvm.quarkus", "crjvm.spring");

  private static final StackWalker STACK = StackWalker.getInstance(Option.RETAIN_CLASS_REFERENCE);

  private final Predicate<Class<?>> isAgents;
  private final Properties system = System.getProperties();
  private final NumberSet variables = new NumberSet(MOST);
  private final NumberSet properties = new NumberSet(MOST);
  private volatile boolean hasAllVariables;
  private volatile boolean isPaused;
  private volatile boolean isTraining;

  SettingReads() {
    this(type -> type.getClassLoader() == SettingReads.class.getClassLoader());
  }

  /**
   * @param isAgents whether a class is the agent's
   */
  SettingReads(Predicate<Class<?>> isAgents) {
    this.isAgents = isAgents;
  }

  @Override
  public void accept(Object map, Object name) {
    if (map == system) {
      note(properties, name);
    } else if (!(map instanceof Properties)) {
      if (name == null) {
        hasAllVariables |= counts();
      } else {
        note(variables, name);
      }
    }
  }

  private void note(NumberSet names, Object name) {
    if (name instanceof String text && !names.contains(text.hashCode()) && counts()) {
      names.add(text.hashCode());
    }
  }

  /** Returns whether a read by this thread is one of the application's, and lasts. */
  private boolean counts() {
    return !isPaused
        && !isOwn()
        && !(isTraining && !StaticInitialisers.areRunning())
        && !isAskedByAgent();
  }

  private static boolean isOwn() {
    return Thread.currentThread().getName().startsWith(OWN_THREADS);
  }

  /** Returns whether the agent reads the setting in one of the application's threads. */
  private boolean isAskedByAgent() {
    return STACK.walk(
        frames ->
            frames
                .<Class<?>>map(StackFrame::getDeclaringClass)
                .filter(type -> type != SettingReads.class && type.getClassLoader() != null)
                .findFirst()
                .filter(type -> isAgents.test(type) || isOurs(type))
                .isPresent());
  }

  /** Returns whether the class belongs to crjvm's part in the application. */
  private static boolean isOurs(Class<?> type) {
    return OURS.contains(type.getPackageName());
  }

  void setPaused(boolean isPaused) {
    this.isPaused = isPaused;
  }

  /** Counts only what static initialisers read, or everything again. */
  void setTraining(boolean isTraining) {
    this.isTraining = isTraining;
  }

  NumberSet variables() {
    return variables;
  }

  NumberSet properties() {
    return properties;
  }

  /** Returns whether the application has read the whole environment with its values. */
  boolean hasAllVariables() {
    return hasAllVariables;
  }

  /** Forgets all reads. Later reads count as new. */
  void clear() {
    variables.clear();
    properties.clear();
    hasAllVariables = false;
  }
}
