package crjvm.it.app;

import java.lang.management.ManagementFactory;
import java.lang.ref.SoftReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Fills its heap with objects and garbage; {@code --soft} adds some softly reachable objects. It
 * then calls {@link #ready} and checks that everything is still there. It has no reason for an
 * OutOfMemoryError.
 */
public final class HeapApplication {
  private static final int SIZE = 8 << 10;
  private static final int LIVE = 56 << 20;
  private static final int SOFT = 6 << 20;
  private static final int ROUNDS = 2;
  private static final byte GARBAGE = (byte) 0xa5;

  private final List<byte[]> live = new ArrayList<>();
  private final List<SoftReference<byte[]>> soft = new ArrayList<>();

  private HeapApplication() {}

  public static void main(String[] args) {
    HeapApplication application = new HeapApplication();
    application.fill();
    makeGarbage();
    System.gc(); // No collection treats objects as old that were in use since this one.
    if (List.of(args).contains("--soft")) {
      application.addSoft();
    }
    ready();
    application.checkSoft();
    application.checkLive();
    for (int i = 0; i < ROUNDS; i++) {
      makeGarbage();
      application.checkLive();
      System.gc();
    }
    long used = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    System.out.println("live " + used);
  }

  /** The method that {@code at=method:} names. */
  static void ready() {
    System.out.println("heap application: ready");
  }

  private void fill() {
    for (int i = 0; i < LIVE / SIZE; i++) {
      live.add(content(i));
    }
  }

  private void addSoft() {
    for (int i = 0; i < SOFT / SIZE; i++) {
      soft.add(new SoftReference<>(content(-i)));
    }
  }

  private static byte[] content(int number) {
    byte[] content = new byte[SIZE];
    Arrays.fill(content, (byte) number);
    return content;
  }

  private static boolean isFull(byte[] content, int number) {
    for (byte b : content) {
      if (b != (byte) number) {
        return false;
      }
    }
    return true;
  }

  /** Makes twice as much garbage as may be free, in objects of several sizes. */
  private static void makeGarbage() {
    long left = 2 * (Runtime.getRuntime().maxMemory() - LIVE - SOFT);
    for (int i = 0; left > 0; i++) {
      byte[] fresh = new byte[SIZE << i % 4];
      Exercise.check(fresh[i % SIZE] == 0, "a new array is not zero");
      Arrays.fill(fresh, GARBAGE);
      left -= fresh.length;
    }
  }

  private void checkSoft() {
    for (int i = 0; i < soft.size(); i++) {
      byte[] content = soft.get(i).get();
      Exercise.check(content != null, "soft reference %d is cleared", i);
      Exercise.check(isFull(content, -i), "soft content %d differs", i);
    }
  }

  private void checkLive() {
    for (int i = 0; i < live.size(); i++) {
      Exercise.check(isFull(live.get(i), i), "content %d differs", i);
    }
  }
}
