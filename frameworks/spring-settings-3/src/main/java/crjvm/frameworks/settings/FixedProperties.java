package crjvm.frameworks.settings;

import org.springframework.boot.context.properties.ConfigurationProperties;

/** Properties with a constructor. */
@ConfigurationProperties("fixed")
public record FixedProperties(String colour) {}
