package crjvm.agent;

import crjvm.agent.message.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The end of a tool's trial, which waits until its memory has been read. It is an object, so that
 * its class is loaded before the checkpoint, because every restored tool calls it.
 */
final class TrialEnd {
  /**
   * The property for a file that exists during the wait. This class creates the file, and the
   * reader of the memory deletes it.
   */
  private static final String PROPERTY = "crjvm.trial.end";

  private static final long LIMIT_NS = 60_000_000_000L;
  private static final int POLL_MS = 1;

  void await() {
    String file = System.getProperty(PROPERTY);
    if (file == null || !Boolean.getBoolean("crjvm.trial")) {
      return;
    }
    try {
      Path end = Files.createFile(Path.of(file));
      long start = System.nanoTime();
      while (Files.exists(end) && System.nanoTime() - start < LIMIT_NS) {
        Thread.sleep(POLL_MS);
      }
    } catch (IOException | RuntimeException e) {
      Console.trace(e); // the trial ends without a reader
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
