package crjvm.agent.session;

import crjvm.agent.message.Console;
import crjvm.agent.warmup.ServerWatch;
import java.io.IOException;

/**
 * Watches what was taken for a tool, in its restored processes: one that listens is a server after
 * all, which is to have an image of a warm one.
 */
public final class ServerNote extends Thread {
  /** Tools are over by then. */
  private static final int DELAY_MS = 3000;

  private static final int POLL_MS = 1000;

  private final CacheEntry entry;

  public ServerNote(CacheEntry entry) {
    super("crjvm watch");
    setDaemon(true);
    this.entry = entry;
  }

  @Override
  public void run() {
    try {
      Thread.sleep(DELAY_MS);
      while (!ServerWatch.isListening()) {
        Thread.sleep(POLL_MS);
      }
      entry.noteServer();
    } catch (IOException e) {
      Console.trace(e); // it goes on as a tool
    } catch (InterruptedException e) {
      // nobody but the JVM's end interrupts this thread
    }
  }
}
