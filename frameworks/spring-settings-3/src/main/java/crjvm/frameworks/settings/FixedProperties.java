package crjvm.frameworks.settings;

import org.springframework.boot.context.properties.ConfigurationProperties;

/** With a constructor. */
@ConfigurationProperties("fixed")
public record FixedProperties(String colour) {}
