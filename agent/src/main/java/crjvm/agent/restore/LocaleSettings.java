package crjvm.agent.restore;

import crjvm.agent.os.jna.LocaleNames;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The system properties from which the JDK takes its default locales. {@code user.language} and so
 * on are the base. Those with {@code .display} and {@code .format} are set if a category differs.
 */
record LocaleSettings(Map<String, String> properties) {
  static final List<String> PARTS =
      List.of("user.language", "user.script", "user.country", "user.variant");

  private static final String DISPLAY = ".display";
  private static final String FORMAT = ".format";

  /** The kind of a default locale. */
  enum Kind {
    BASE(""),
    DISPLAY(LocaleSettings.DISPLAY),
    FORMAT(LocaleSettings.FORMAT);

    private final String suffix;

    Kind(String suffix) {
      this.suffix = suffix;
    }
  }

  /**
   * Returns the properties of a JVM that starts now ({@code fillI18nProps} in
   * jdk.internal.util.SystemProps).
   *
   * @param options the properties that its {@code -D} options set, which take precedence over the
   *     system's
   */
  static LocaleSettings of(Map<String, String> options, LocaleNames system) {
    PosixLocale display = PosixLocale.parse(system.messages());
    PosixLocale format = PosixLocale.parse(system.ctype());
    Map<String, String> properties = new HashMap<>();
    for (String name : names()) {
      if (options.containsKey(name)) {
        properties.put(name, options.get(name));
      }
    }
    fill(properties, PARTS.get(0), display.language(), format.language());
    fill(properties, PARTS.get(1), display.script(), format.script());
    fill(properties, PARTS.get(2), display.country(), format.country());
    fill(properties, PARTS.get(3), display.variant(), format.variant());
    return new LocaleSettings(Map.copyOf(properties));
  }

  private static void fill(Map<String, String> properties, String base, String mine, String other) {
    if (properties.containsKey(base)) {
      return; // an option for the base is one for both categories
    }
    if (mine != null) {
      properties.put(base, mine);
    }
    if (other != null && !other.equals(mine)) {
      properties.putIfAbsent(base + FORMAT, other);
    }
  }

  /** Returns the present properties of this JVM. */
  static LocaleSettings current() {
    Map<String, String> properties = new HashMap<>();
    for (String name : names()) {
      String value = System.getProperty(name);
      if (value != null) {
        properties.put(name, value);
      }
    }
    return new LocaleSettings(Map.copyOf(properties));
  }

  static List<String> names() {
    return PARTS.stream()
        .flatMap(part -> List.of(part, part + DISPLAY, part + FORMAT).stream())
        .toList();
  }

  /** Returns whether the option {@code name=value} sets one of these properties. */
  static boolean isOption(String option) {
    return option.startsWith("user.") && names().contains(option.split("=", 2)[0]);
  }

  void set() {
    for (String name : names()) {
      if (properties.containsKey(name)) {
        System.setProperty(name, properties.get(name));
      } else {
        System.clearProperty(name);
      }
    }
  }

  /** Returns one of {@link #PARTS}, or empty text if it is not set. */
  String part(String name, Kind kind) {
    String base = Objects.requireNonNullElse(properties.get(name), "");
    return properties.getOrDefault(name + kind.suffix, base);
  }
}
