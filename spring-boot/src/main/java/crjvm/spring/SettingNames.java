package crjvm.spring;

import java.util.List;
import java.util.Locale;

/** The names under which Spring Boot looks for a property. */
final class SettingNames {
  private SettingNames() {}

  /** Returns the names of one property. */
  static List<String> of(String property) {
    return List.of(variable(property), dashed(property), "-D" + property);
  }

  /** Returns the names of all properties below a prefix. */
  static List<String> below(String prefix) {
    return List.of(
        variable(prefix) + "_*", dashed(prefix) + "_*", "-D" + prefix + ".*", "-D" + prefix + "[*");
  }

  private static String variable(String property) {
    return dashed(property.replace("-", ""));
  }

  private static String dashed(String property) {
    return property.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
  }

  /** Returns whether two spellings mean the same property. */
  static boolean areSame(String one, String other) {
    return plain(one).equals(plain(other));
  }

  /** Returns whether a property lies below a prefix, whatever their spellings are. */
  static boolean isBelow(String property, String prefix) {
    String name = plain(property);
    String beginning = plain(prefix);
    return name.startsWith(beginning + ".") || name.startsWith(beginning + "[");
  }

  private static String plain(String name) {
    return name.replace("-", "").replace("_", "").toLowerCase(Locale.ROOT);
  }
}
