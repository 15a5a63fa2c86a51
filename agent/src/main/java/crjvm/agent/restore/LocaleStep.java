package crjvm.agent.restore;

import crjvm.agent.os.jdk.JdkInside;
import crjvm.agent.os.jna.LocaleNames;
import java.lang.management.ManagementFactory;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The step that sets the default locales, which the JDK takes only once from LC_ALL, LC_MESSAGES,
 * LC_CTYPE and LANG. They are not changed if the application had set other ones, but the options of
 * {@code crjvm run -Duser.language} always apply.
 */
final class LocaleStep implements RestoreStep {
  /** Other options that choose a locale. With them, the locale is not changed. */
  private static final List<String> OTHER_OPTIONS = List.of("user.region", "user.extensions");

  private final Method localeOf;
  private final Map<String, String> options = options();
  private final boolean followsSystem;
  private LocaleNames names = LocaleNames.ofEnvironment();
  private LocaleSettings known;

  LocaleStep() throws ReflectiveOperationException {
    localeOf =
        JdkInside.method(
            Locale.class,
            "getInstance",
            String.class,
            String.class,
            String.class,
            String.class,
            JdkInside.type("sun.util.locale.LocaleExtensions"));
    known = LocaleSettings.of(options, names);
    followsSystem =
        OTHER_OPTIONS.stream().noneMatch(name -> System.getProperty(name) != null)
            && known.equals(LocaleSettings.current())
            && locale(LocaleSettings.Kind.BASE).equals(Locale.getDefault())
            && locale(LocaleSettings.Kind.DISPLAY).equals(display())
            && locale(LocaleSettings.Kind.FORMAT).equals(format());
  }

  private static Map<String, String> options() {
    Map<String, String> options = new HashMap<>();
    for (String argument : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (argument.startsWith("-D")) {
        put(options, argument.substring(2));
      }
    }
    return options;
  }

  private static void put(Map<String, String> options, String property) {
    String[] parts = property.split("=", 2);
    options.put(parts[0], parts.length == 1 ? "" : parts[1]);
  }

  private Locale locale(LocaleSettings.Kind kind) throws ReflectiveOperationException {
    Object[] arguments = new Object[LocaleSettings.PARTS.size() + 1]; // no extensions
    for (int i = 0; i < LocaleSettings.PARTS.size(); i++) {
      arguments[i] = known.part(LocaleSettings.PARTS.get(i), kind);
    }
    try {
      return (Locale) localeOf.invoke(null, arguments);
    } catch (InvocationTargetException e) {
      throw new IllegalArgumentException(known.properties().toString(), e.getCause());
    }
  }

  private static Locale display() {
    return Locale.getDefault(Locale.Category.DISPLAY);
  }

  private static Locale format() {
    return Locale.getDefault(Locale.Category.FORMAT);
  }

  @Override
  public String name() {
    return "locale";
  }

  @Override
  public Supplier<String> apply(RestoreMessage message) throws ReflectiveOperationException {
    boolean isExplicit = isExplicit(message);
    if (!isExplicit && !followsSystem) {
      return NOTHING;
    }
    LocaleNames now = LocaleNames.ofEnvironment();
    if (!isExplicit && now.areSame(names)) {
      return NOTHING;
    }
    names = isExplicit ? LocaleNames.UNKNOWN : now;
    Map<String, String> all = new HashMap<>(options);
    message.properties().forEach(property -> put(all, property));
    LocaleSettings wanted = LocaleSettings.of(all, now);
    if (!isExplicit && wanted.equals(known)) {
      return NOTHING;
    }
    Locale[] before = {display(), format()};
    known = wanted;
    known.set();
    Locale.setDefault(locale(LocaleSettings.Kind.BASE)); // This sets all three.
    Locale.setDefault(Locale.Category.DISPLAY, locale(LocaleSettings.Kind.DISPLAY));
    Locale.setDefault(Locale.Category.FORMAT, locale(LocaleSettings.Kind.FORMAT));
    Locale[] after = {display(), format()};
    return () -> describe(before) + " -> " + describe(after);
  }

  private static boolean isExplicit(RestoreMessage message) {
    for (String property : message.properties()) {
      if (LocaleSettings.isOption(property)) {
        return true;
      }
    }
    return false;
  }

  private static String describe(Locale[] locales) {
    String display = locales[0].toLanguageTag();
    String format = locales[1].toLanguageTag();
    return display.equals(format) ? display : display + " (formats: " + format + ")";
  }

  @Override
  @SuppressWarnings("LockOnNonEnclosingClassLiteral") // the lock of Locale's setters
  public void rehearse() {
    var unused = LocaleSettings.of(options, names).equals(known);
    synchronized (Locale.class) { // No call of the application comes between.
      Locale.setDefault(Locale.Category.DISPLAY, display());
      Locale.setDefault(Locale.Category.FORMAT, format());
    }
  }
}
