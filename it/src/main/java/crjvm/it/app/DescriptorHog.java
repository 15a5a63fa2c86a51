package crjvm.it.app;

import java.io.Closeable;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Opens as many files as it may while standard output is set aside. */
final class DescriptorHog {
  private static final Path STREAM = Path.of("/proc/self/fd/1");
  private static final Path NOTHING = Path.of("/dev/null");

  /** The time in which the checkpoint has to begin. */
  private static final long BEGIN_NS = 300_000_000_000L;

  /** The longest time for which it holds the descriptors. */
  private static final long LIMIT_NS = 5_000_000_000L;

  private DescriptorHog() {}

  static String start() throws IOException {
    isSetAside(); // The first call loads the classes that later calls need.
    Thread thread = new Thread(DescriptorHog::run, "hog");
    thread.setDaemon(true);
    thread.start();
    return "ok";
  }

  private static void run() {
    try {
      long start = System.nanoTime();
      while (!isSetAside() && System.nanoTime() - start < BEGIN_NS) {
        Thread.onSpinWait();
      }
      List<Closeable> files = new ArrayList<>();
      long taken = System.nanoTime();
      while (isSetAside() && System.nanoTime() - taken < LIMIT_NS) {
        take(files);
      }
      System.err.println("hog: " + files.size() + " files");
      for (Closeable file : files) {
        file.close();
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns whether standard output is set aside. The check takes no descriptor. */
  private static boolean isSetAside() throws IOException {
    return Files.readSymbolicLink(STREAM).equals(NOTHING);
  }

  private static void take(List<Closeable> files) {
    try {
      files.add(new FileInputStream("/dev/null"));
    } catch (IOException e) {
      // No descriptor is left at the moment.
    }
  }
}
