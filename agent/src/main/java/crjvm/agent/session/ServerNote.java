package crjvm.agent.session;

import crjvm.agent.message.Console;
import crjvm.agent.warmup.ServerWatch;
import java.io.IOException;

/**
 * A thread that watches restored processes of a program that was taken for a tool. If the program
 * listens, it is a server, which needs an image of a warm process.
 */
public final class ServerNote extends Thread {
  /** The delay in milliseconds, after which tools have ended. */
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
      Console.trace(e); // the program continues as a tool
    } catch (InterruptedException e) {
      // Only the JVM's end interrupts this thread.
    }
  }
}
