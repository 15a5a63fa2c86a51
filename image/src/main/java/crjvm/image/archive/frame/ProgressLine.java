package crjvm.image.archive.frame;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Shows the progress of a long command on standard error. A terminal shows one line that changes.
 * Otherwise lines are printed now and then if the user has asked for them.
 */
public final class ProgressLine implements Progress, AutoCloseable {
  /** The percentage between two lines. */
  private static final int STEP = 10;

  /** The bytes between two lines if the total is unknown. */
  private static final long STEP_BYTES = 64 << 20;

  private static final String ERASE = "\r\033[K";

  private final PrintStream out;
  private final String verb;
  private final boolean isTerminal;
  private final boolean isSilent;
  private long last = -1;

  ProgressLine(PrintStream out, String verb, boolean isTerminal, boolean isVerbose) {
    this.out = out;
    this.verb = verb;
    this.isTerminal = isTerminal;
    this.isSilent = !isTerminal && !isVerbose;
  }

  /**
   * Returns the progress line of a command.
   *
   * @param isVerbose true if lines are printed even if standard error is not a terminal
   */
  public static ProgressLine of(String verb, boolean isVerbose) {
    return new ProgressLine(System.err, verb, isTerminal(2), isVerbose);
  }

  /**
   * Returns whether a descriptor is a terminal. System.console() says nothing about a single
   * stream.
   */
  public static boolean isTerminal(int descriptor) {
    try {
      String file = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
      return file.startsWith("/dev/pts/")
          || file.startsWith("/dev/tty")
          || file.equals("/dev/console");
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void at(long done, long total) {
    if (isSilent) {
      return;
    }
    long now = total > 0 ? Math.min(100, 100 * done / total) : done / STEP_BYTES;
    boolean isDue = total > 0 && !isTerminal ? now / STEP > last / STEP : now > last;
    if (last < 0 || isDue) {
      last = now;
      String text = verb + ": " + (total > 0 ? now + " %" : (done >> 20) + " MiB");
      out.print(isTerminal ? ERASE + "crjvm: " + text : "crjvm: " + text + "\n");
      out.flush();
    }
  }

  /** Erases the line, so that the next output can use it. */
  @Override
  public void close() {
    if (isTerminal && last >= 0) {
      out.print(ERASE);
      out.flush();
    }
  }
}
