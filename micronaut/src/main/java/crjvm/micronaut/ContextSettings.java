package crjvm.micronaut;

import crjvm.Crjvm;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.env.CommandLinePropertySource;
import io.micronaut.context.env.Environment;
import io.micronaut.context.env.PropertySource;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.core.cli.CommandLine;
import io.micronaut.core.reflect.ClassUtils;
import io.micronaut.core.type.Argument;
import io.micronaut.core.type.GenericArgument;
import io.micronaut.runtime.context.scope.refresh.RefreshEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The settings of an application context at a checkpoint, and the changes that other settings
 * cause.
 */
final class ContextSettings {
  private final ApplicationContext context;
  private final Environment environment;
  private final Map<String, String> variables = Map.copyOf(System.getenv());
  private final Map<String, String> properties = properties();
  private final Map<String, Object> arguments;
  private final List<Follower> followers = new ArrayList<>();

  private ContextSettings(ApplicationContext context) {
    this.context = context;
    environment = context.getEnvironment();
    arguments =
        environment.getPropertySources().stream()
            .filter(source -> source.getName().equals(CommandLinePropertySource.NAME))
            .findFirst()
            .map(ContextSettings::values)
            .orElse(Map.of());
    followers.add(new ServerPort(context));
    followers.add(new LogLevels(context));
    followers.add(new ConfigurationBeans(context));
    if (ClassUtils.isPresent("com.zaxxer.hikari.HikariDataSource", context.getClassLoader())) {
      followers.add(new DataSources(context));
    }
  }

  /** Remembers the present settings, and tells crjvm which of them the application follows. */
  static ContextSettings remember(ApplicationContext context) {
    ContextSettings settings = new ContextSettings(context);
    for (Follower follower : settings.followers) {
      Crjvm.rereads(follower.settings().toArray(new String[0]));
    }
    return settings;
  }

  /**
   * Applies the settings that differ now.
   *
   * @param others the arguments of this start
   */
  void apply(List<String> others) {
    PropertySource source =
        new CommandLinePropertySource(CommandLine.parse(others.toArray(new String[0])));
    Map<String, Object> now = values(source);
    Set<String> names = differences(now);
    if (names.isEmpty() && variables.equals(System.getenv()) && properties.equals(properties())) {
      return;
    }
    Map<String, Object> changes = new LinkedHashMap<>();
    names.forEach(name -> changes.put(name, Objects.toString(now.get(name), "")));
    if (!names.isEmpty()) {
      environment.addPropertySource(source);
    }
    changes.putAll(environment.refreshAndDiff());
    refresh(new RefreshEvent(changes));
    followers.forEach(each -> attempt(each::apply));
    report(names);
  }

  private static Map<String, Object> values(PropertySource source) {
    Map<String, Object> all = new TreeMap<>();
    source.forEach(name -> all.put(name, source.get(name)));
    return all;
  }

  /** Returns the system properties, except those that a restore sets in any case. */
  private static Map<String, String> properties() {
    Map<String, String> all = new TreeMap<>();
    for (String name : System.getProperties().stringPropertyNames()) {
      if (!name.startsWith("crjvm.")) {
        all.put(name, System.getProperty(name, ""));
      }
    }
    return all;
  }

  private Set<String> differences(Map<String, Object> now) {
    Set<String> names = new TreeSet<>(arguments.keySet());
    names.addAll(now.keySet());
    names.removeIf(name -> Objects.equals(arguments.get(name), now.get(name)));
    return names;
  }

  /** Tells Micronaut's parts and the application's which settings differ. */
  private void refresh(RefreshEvent event) {
    Argument<ApplicationEventListener<RefreshEvent>> type = new GenericArgument<>() {};
    for (ApplicationEventListener<RefreshEvent> each : context.getBeansOfType(type)) {
      if (each.supports(event)) {
        attempt(() -> each.onApplicationEvent(event));
      }
    }
  }

  /** Runs a step. If it fails, a line says so, and the next steps still run. */
  private static void attempt(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      String reason = Objects.toString(cause.getMessage(), cause.getClass().getName());
      System.err.println(
          "crjvm: the settings of this start differ from the checkpoint's, and the application"
              + " does not take all of them: "
              + reason.lines().findFirst().orElse(""));
    }
  }

  /**
   * Reports arguments that the application does not follow. crjvm has already reported settings
   * that the JVM itself was given.
   */
  private void report(Set<String> names) {
    List<String> left =
        names.stream()
            .filter(name -> followers.stream().noneMatch(each -> each.takes(name)))
            .toList();
    if (!left.isEmpty()) {
      System.err.println(
          "crjvm: "
              + String.join(", ", left)
              + (left.size() == 1 ? " differs" : " differ")
              + " from the checkpoint's, and Micronaut has read "
              + (left.size() == 1 ? "it" : "them")
              + " before it");
    }
  }
}
