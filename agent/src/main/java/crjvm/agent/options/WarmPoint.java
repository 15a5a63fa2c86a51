package crjvm.agent.options;

import java.net.URI;
import java.time.Duration;

/** The warm point, at which the application is ready for its checkpoint: the option {@code at}. */
public sealed interface WarmPoint {
  /** This JVM listens on any TCP port, and a server answers there. */
  record Auto() implements WarmPoint {}

  /** This JVM listens on a certain TCP port. */
  record Port(int number) implements WarmPoint {}

  /** A GET request is answered with status 2xx. */
  record Http(URI url) implements WarmPoint {}

  /** A method has returned. */
  record Method(String className, String methodName) implements WarmPoint {}

  /** The application's main method is about to run. */
  record Main() implements WarmPoint {}

  /** The main class is loaded, and no code of the application has run. */
  record Launch() implements WarmPoint {}

  /** A time has passed since the start. */
  record Delay(Duration time) implements WarmPoint {}

  /** The application asks for the checkpoint through org.crac. */
  record Api() implements WarmPoint {}
}
