package crjvm.agent.options;

import java.net.URI;
import java.time.Duration;

/** When the application is ready to be checkpointed: the option {@code at}. */
public sealed interface WarmPoint {
  /** Whether the agent finds out itself when the application is warm, and what it is. */
  default boolean isAutomatic() {
    return false;
  }

  /** Whether nothing of the application has run by then. */
  default boolean isBeforeMain() {
    return false;
  }

  /** This JVM listens on some TCP port, which answers. */
  record Auto() implements WarmPoint {
    @Override
    public boolean isAutomatic() {
      return true;
    }
  }

  /** This JVM listens on a TCP port. */
  record Port(int number) implements WarmPoint {}

  /** A GET is answered with 2xx. */
  record Http(URI url) implements WarmPoint {}

  /** A method has returned. */
  record Method(String className, String methodName) implements WarmPoint {}

  /** The application's main method is about to run. */
  record Main() implements WarmPoint {
    @Override
    public boolean isBeforeMain() {
      return true;
    }
  }

  /** The main class is loaded, and nothing of the application has run. */
  record Launch() implements WarmPoint {
    @Override
    public boolean isBeforeMain() {
      return true;
    }
  }

  /** Time has passed since the start. */
  record Delay(Duration time) implements WarmPoint {}

  /** The application asks for it, through org.crac. */
  record Api() implements WarmPoint {}
}
