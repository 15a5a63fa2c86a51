package crjvm.it.app;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Finds ports that nobody uses. They lie below the kernel's ephemeral range, because a port has to
 * stay free between a checkpoint and its restores while clients come and go. The search begins at a
 * random port and goes up from there, so that it does not find a port twice before its user has
 * bound it. The tests and their applications do not know of each other, so each has a range of its
 * own.
 */
public final class FreePort {
  private static final boolean IS_TEST = System.getProperty("crjvm.it.root") != null;
  private static final int LOWEST = IS_TEST ? 11_000 : 22_000;
  private static final int RANGE = 10_000;
  private static final AtomicInteger NEXT =
      new AtomicInteger(ThreadLocalRandom.current().nextInt(RANGE));

  private FreePort() {}

  public static int find() {
    for (int i = 0; i < RANGE; i++) {
      int port = LOWEST + Math.floorMod(NEXT.getAndIncrement(), RANGE);
      try (ServerSocket probe = new ServerSocket(port)) {
        return probe.getLocalPort();
      } catch (IOException e) {
        // The port is taken: try the next one.
      }
    }
    throw new IllegalStateException("no free port");
  }
}
