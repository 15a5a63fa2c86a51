package crjvm.agent.options;

import java.net.URI;
import java.time.Duration;

/** The warm point, at which the application is ready for its checkpoint: the option {@code at}. */
public sealed interface WarmPoint {
  /**
   * Returns whether the agent finds out itself when the application is warm, and which kind of
   * application it is.
   */
  default boolean isAutomatic() {
    return false;
  }

  /** Returns whether no code of the application has run at the warm point. */
  default boolean isBeforeMain() {
    return false;
  }

  /**
   * This JVM listens on a TCP port. If the port belongs to a known HTTP server, the server accepts
   * connections there.
   */
  record Auto() implements WarmPoint {
    @Override
    public boolean isAutomatic() {
      return true;
    }
  }

  /** This JVM listens on a certain TCP port. */
  record Port(int number) implements WarmPoint {}

  /** A GET request is answered with status 2xx. */
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

  /** The main class is loaded, and no code of the application has run. */
  record Launch() implements WarmPoint {
    @Override
    public boolean isBeforeMain() {
      return true;
    }
  }

  /** A time has passed since the start. */
  record Delay(Duration time) implements WarmPoint {}

  /** The application asks for the checkpoint through org.crac. */
  record Api() implements WarmPoint {}
}
