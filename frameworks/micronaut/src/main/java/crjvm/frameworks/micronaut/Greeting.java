package crjvm.frameworks.micronaut;

import io.micronaut.serde.annotation.Serdeable;

/** A greeting as JSON. */
@Serdeable
public record Greeting(String message) {}
