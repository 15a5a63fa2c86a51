package crjvm.it.app;

import java.io.Closeable;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Opens all the files that it may for as long as standard output is set aside. */
final class DescriptorHog {
  private static final Path STREAM = Path.of("/proc/self/fd/1");
  private static final Path NOTHING = Path.of("/dev/null");

  /** For a checkpoint at which it is awake. */
  private static final long BEGIN_NS = 300_000_000_000L;

  /** As long as it may keep what is set aside from its place. */
  private static final long LIMIT_NS = 5_000_000_000L;

  private DescriptorHog() {}

  static String start() throws IOException {
    isSetAside(); // loads what it needs
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

  /** Takes no descriptor. */
  private static boolean isSetAside() throws IOException {
    return Files.readSymbolicLink(STREAM).equals(NOTHING);
  }

  private static void take(List<Closeable> files) {
    try {
      files.add(new FileInputStream("/dev/null"));
    } catch (IOException e) {
      // there is none left, for the moment
    }
  }
}
