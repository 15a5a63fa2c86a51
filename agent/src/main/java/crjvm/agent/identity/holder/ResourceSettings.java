package crjvm.agent.identity.holder;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * The OpenTelemetry attributes that the user has configured for a process. As in OpenTelemetry's
 * SDK, system properties take precedence over environment variables.
 */
final class ResourceSettings {
  private ResourceSettings() {}

  /** Returns the values by their names. Text that is not a list of attributes adds none. */
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

  /** Returns the attributes of a list such as {@code a=b,c=d%20e}. */
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
    } catch (IllegalArgumentException e) { // The text has a percent sign that encodes nothing.
      return text.strip();
    }
  }
}
