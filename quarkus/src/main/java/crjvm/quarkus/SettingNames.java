package crjvm.quarkus;

import io.smallrye.config.common.utils.StringUtil;
import java.util.List;
import java.util.Locale;

/** The names under which Quarkus looks for a property. */
final class SettingNames {
  private SettingNames() {}

  /** Returns the names of one property. */
  static List<String> of(String property) {
    return List.of(variable(property), "-D" + property);
  }

  static String variable(String property) {
    return StringUtil.replaceNonAlphanumericByUnderscores(property).toUpperCase(Locale.ROOT);
  }
}
