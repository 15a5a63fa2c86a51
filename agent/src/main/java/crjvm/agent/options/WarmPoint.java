package crjvm.agent.options;

import java.net.URI;
import java.time.Duration;

/** When the application is ready to be checkpointed: the option {@code at}. */
public sealed interface WarmPoint {
  /** This JVM listens on some TCP port, which answers. */
  record Auto() implements WarmPoint {}

  /** This JVM listens on a TCP port. */
  record Port(int number) implements WarmPoint {}

  /** A GET is answered with 2xx. */
  record Http(URI url) implements WarmPoint {}

  /** A method has returned. */
  record Method(String className, String methodName) implements WarmPoint {}

  /** The application's main method is about to run. */
  record Main() implements WarmPoint {}

  /** The main class is loaded, and nothing of the application has run. */
  record Launch() implements WarmPoint {}

  /** Time has passed since the start. */
  record Delay(Duration time) implements WarmPoint {}

  /** The application asks for it, through org.crac. */
  record Api() implements WarmPoint {}
}
