package crjvm.frameworks.micronautsettings;

import io.micronaut.context.annotation.ConfigurationProperties;

/** Properties with a constructor. */
@ConfigurationProperties("fixed")
public record FixedProperties(String colour) {}
