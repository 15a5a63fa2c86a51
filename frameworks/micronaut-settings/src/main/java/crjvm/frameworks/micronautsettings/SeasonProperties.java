package crjvm.frameworks.micronautsettings;

import io.micronaut.context.annotation.ConfigurationProperties;

/** Properties without fields. */
@ConfigurationProperties("season")
public interface SeasonProperties {
  String getName();
}
