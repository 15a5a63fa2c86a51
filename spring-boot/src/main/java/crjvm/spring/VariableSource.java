package crjvm.spring;

import java.lang.reflect.Method;
import java.util.Map;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.OriginLookup;
import org.springframework.boot.origin.SystemEnvironmentOrigin;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.util.ReflectionUtils;

/**
 * A new source of the environment variables. It is needed because Spring Boot caches what it has
 * read from the first source.
 */
final class VariableSource extends SystemEnvironmentPropertySource implements OriginLookup<String> {
  private static final String NAME = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;

  private final String prefix; // null: none

  private VariableSource(Map<String, Object> variables, String prefix) {
    super(NAME, variables);
    this.prefix = prefix;
  }

  /** Replaces the present source, if there is one. */
  static void renew(MutablePropertySources sources) {
    if (sources.get(NAME) instanceof SystemEnvironmentPropertySource present) {
      sources.replace(NAME, new VariableSource(present.getSource(), prefix(present)));
    }
  }

  /**
   * Returns the prefix. The method for it is in an interface of Spring Boot 3, and in a different
   * one of Spring Boot 4.
   */
  private static String prefix(PropertySource<?> source) {
    Method method = ReflectionUtils.findMethod(source.getClass(), "getPrefix");
    if (method == null) {
      return null;
    }
    ReflectionUtils.makeAccessible(method);
    return (String) ReflectionUtils.invokeMethod(method, source);
  }

  @Override
  public Origin getOrigin(String key) {
    String property = resolvePropertyName(key);
    return super.containsProperty(property) ? new SystemEnvironmentOrigin(property) : null;
  }

  /** Returns the prefix for Spring Boot 3. */
  public String getPrefix() {
    return prefix;
  }

  @Override
  public boolean isImmutable() {
    return true;
  }
}
