package crjvm.agent.os.jna;

import java.util.logging.Level;

/**
 * Stands for {@code java.util.logging.Logger} in JNA's classes, in which the build replaces the
 * name (both have the same length). The JDK's logger would choose the application's log manager
 * before {@code main} could name one.
 */
public final class NoLog {
  private static final NoLog ONLY = new NoLog();

  private NoLog() {}

  /** Returns the only logger. */
  public static NoLog getLogger(String name) {
    return ONLY;
  }

  /** Returns false. */
  public boolean isLoggable(Level level) {
    return false;
  }

  /** Does nothing. JNA also throws an exception when a call fails. */
  public void log(Level level, String text) {}

  /** Does nothing. */
  public void log(Level level, String text, Throwable cause) {}

  /** Does nothing. */
  public void log(Level level, String text, Object value) {}

  /** Does nothing. */
  public void log(Level level, String text, Object[] values) {}
}
