package crjvm.it.app;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;

/**
 * Fills its heap, calls {@link #ready}, and forgets every second object after the next collection
 * of all of the heap. A restored process then only makes garbage.
 */
public final class ForgettingApplication {
  private static final int SIZE = 8 << 10;
  private static final int HALF = (40 << 20) / SIZE;
  private static final long GARBAGE = (2L << 30) / SIZE;

  private static volatile byte[] garbage;
  private static volatile List<byte[]> forgotten = new ArrayList<>();

  private ForgettingApplication() {}

  public static void main(String[] args) {
    List<byte[]> kept = new ArrayList<>();
    for (int i = 0; i < HALF; i++) {
      kept.add(content(i));
      forgotten.add(new byte[SIZE]);
    }
    Object witness = new Object();
    ReferenceQueue<Object> queue = new ReferenceQueue<>();
    WeakReference<Object> reference = new WeakReference<>(witness, queue);
    System.gc(); // No collection of young objects clears the reference after this.
    Exercise.check(reference.get() == witness, "the reference is cleared");
    witness = null;
    Thread forgetting = new Thread(() -> forgetAfter(queue));
    forgetting.setDaemon(true);
    forgetting.start();
    ready();
    Exercise.check(forgotten == null, "there was no collection of all of the heap");
    for (long i = 0; i < GARBAGE; i++) {
      garbage = new byte[SIZE];
    }
    for (int i = 0; i < HALF; i++) {
      Exercise.check(kept.get(i)[i % SIZE] == (byte) i, "content %d differs", i);
    }
  }

  /** The method that {@code at=method:} names. */
  static void ready() {
    System.out.println("forgetting application: ready");
  }

  private static void forgetAfter(ReferenceQueue<Object> queue) {
    try {
      queue.remove();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    forgotten = null;
  }

  private static byte[] content(int number) {
    byte[] content = new byte[SIZE];
    content[number % SIZE] = (byte) number;
    return content;
  }
}
