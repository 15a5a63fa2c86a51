package crjvm.frameworks.quarkus;

/** A greeting as JSON. */
public record Greeting(String message) {}
