package crjvm.micronaut;

import java.util.List;
import java.util.Locale;

/** The names under which Micronaut looks for a property. */
final class SettingNames {
  private SettingNames() {}

  /** Returns the names of one property. */
  static List<String> of(String property) {
    return List.of(variable(property), "-D" + property);
  }

  /** Returns the names of all properties below a prefix. */
  static List<String> below(String prefix) {
    return List.of(variable(prefix) + "_*", "-D" + prefix + ".*");
  }

  private static String variable(String property) {
    return property.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
  }

  /** Returns whether a property lies below a prefix. */
  static boolean isBelow(String property, String prefix) {
    return property.startsWith(prefix + ".");
  }
}
