package crjvm.spring;

import crjvm.Crjvm;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.context.properties.source.ConfigurationPropertyCaching;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.CommandLinePropertySource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SimpleCommandLinePropertySource;

/**
 * The settings of an application context at a checkpoint, and the changes that other settings
 * cause.
 */
final class ContextSettings {
  private static final String ARGUMENTS =
      CommandLinePropertySource.COMMAND_LINE_PROPERTY_SOURCE_NAME;

  private final ConfigurableEnvironment environment;
  private final Map<String, String> variables = Map.copyOf(System.getenv());
  private final Map<String, String> properties = properties();
  private final List<String> arguments;
  private final ConfigurationFiles files;
  private final List<Follower> followers;
  private final TomcatPause pause;
  private final Map<String, String> values;

  private ContextSettings(ConfigurableApplicationContext context) {
    environment = context.getEnvironment();
    arguments =
        List.of(
            context.getBeanProvider(ApplicationArguments.class).stream()
                .map(ApplicationArguments::getSourceArgs)
                .findFirst()
                .orElse(new String[0]));
    files = new ConfigurationFiles(context);
    followers =
        List.of(
            files,
            new ServerPort(environment),
            new LogLevels(context),
            new DataSources(context),
            new ConfigurationBeans(context));
    values = values();
    pause = new TomcatPause(context); // The pause comes last, because nothing can fail any more.
  }

  /** Remembers the present settings, and tells crjvm which of them the application follows. */
  static ContextSettings remember(ConfigurableApplicationContext context) {
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
    try {
      applyNow(others);
    } finally {
      pause.end();
    }
  }

  private void applyNow(List<String> others) {
    if (others.equals(arguments)
        && variables.equals(System.getenv())
        && properties.equals(properties())) {
      return;
    }
    setArguments(others);
    VariableSource.renew(environment.getPropertySources());
    ConfigurationPropertyCaching.get(environment).clear();
    followers.forEach(Follower::apply);
    report(others);
  }

  /** Returns the system properties, except those that a restore sets in any case. */
  private static Map<String, String> properties() {
    Map<String, String> all = new TreeMap<>();
    for (String name : System.getProperties().stringPropertyNames()) {
      if (!name.startsWith("crjvm.") && !name.equals("PID")) {
        all.put(name, System.getProperty(name, ""));
      }
    }
    return all;
  }

  private void setArguments(List<String> others) {
    MutablePropertySources sources = environment.getPropertySources();
    PropertySource<?> source = argumentSource(others);
    if (sources.contains(ARGUMENTS)) {
      sources.replace(ARGUMENTS, source);
    } else if (!others.isEmpty()) {
      sources.addFirst(source);
    }
  }

  private static SimpleCommandLinePropertySource argumentSource(List<String> arguments) {
    return new SimpleCommandLinePropertySource(ARGUMENTS, arguments.toArray(new String[0]));
  }

  private static String withoutOptions(List<String> arguments) {
    return argumentSource(arguments)
        .getProperty(CommandLinePropertySource.DEFAULT_NON_OPTION_ARGS_PROPERTY_NAME);
  }

  /** Returns the effective values of the properties that arguments and files contain. */
  private Map<String, String> values() {
    Map<String, String> all = new TreeMap<>();
    for (PropertySource<?> source : environment.getPropertySources()) {
      boolean isOurs = source.getName().equals(ARGUMENTS) || ConfigurationFiles.isFile(source);
      if (isOurs && source instanceof EnumerablePropertySource<?> known) {
        for (String name : known.getPropertyNames()) {
          all.put(name, value(name));
        }
      }
    }
    return all;
  }

  private String value(String name) {
    try {
      return Objects.toString(environment.getProperty(name), "");
    } catch (IllegalArgumentException e) {
      return ""; // it refers to a property that does not exist
    }
  }

  /**
   * Reports settings that the application does not follow. crjvm has already reported those that
   * the JVM itself was given.
   */
  private void report(List<String> others) {
    Map<String, String> now = values();
    Set<String> names = new TreeSet<>(values.keySet());
    names.addAll(now.keySet());
    names.removeIf(name -> Objects.equals(values.get(name), now.get(name)));
    names.removeIf(name -> followers.stream().anyMatch(each -> each.takes(name)));
    List<String> parts = new ArrayList<>(names);
    if (!Objects.equals(withoutOptions(others), withoutOptions(arguments))) {
      parts.add("the arguments");
    }
    boolean isOne = parts.size() == 1 && !names.isEmpty();
    if (!parts.isEmpty()) {
      System.err.println(
          "crjvm: "
              + String.join(", ", parts)
              + (isOne ? " differs" : " differ")
              + " from the checkpoint's, and Spring has read "
              + (isOne ? "it" : "them")
              + " before it");
    }
  }
}
