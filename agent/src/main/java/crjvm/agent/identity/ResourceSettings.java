package crjvm.agent.identity;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * The attributes that the user has given a process for OpenTelemetry, as its SDK reads them:
 * properties of the JVM come before variables of the environment.
 */
final class ResourceSettings {
  private ResourceSettings() {}

  /** By their names; what is no list of attributes has none. */
  static Map<String, String> current() {
    Map<String, String> settings =
        attributes(value("otel.resource.attributes", "OTEL_RESOURCE_ATTRIBUTES"));
    String service = value("otel.service.name", "OTEL_SERVICE_NAME");
    if (!service.isBlank()) {
      settings.put("service.name", service);
    }
    return settings;
  }

  private static String value(String property, String variable) {
    String value = System.getProperty(property, System.getenv(variable));
    return value == null ? "" : value;
  }

  /** Of a list such as {@code a=b,c=d%20e}. */
  static Map<String, String> attributes(String list) {
    Map<String, String> attributes = new HashMap<>();
    for (String pair : list.split(",", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        attributes.put(pair.substring(0, equals).strip(), decoded(pair.substring(equals + 1)));
      }
    }
    return attributes;
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text.strip().replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) { // a percent sign alone
      return text.strip();
    }
  }

  /** Whether the environment or a property of the JVM has it, under whatever name. */
  static boolean isGiven(String value) {
    return System.getenv().values().stream().anyMatch(each -> each.contains(value))
        || System.getProperties().values().stream()
            .anyMatch(each -> each instanceof String text && text.contains(value));
  }
}
