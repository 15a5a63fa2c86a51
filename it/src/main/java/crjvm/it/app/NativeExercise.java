package crjvm.it.app;

import java.io.ByteArrayOutputStream;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Native code: zlib in the middle of a stream, and a JNI library of our own whose malloc blocks
 * grow after the restore.
 */
final class NativeExercise implements Exercise {
  private static final int SIZE = 1 << 20;
  private static final int SMALL = 256 << 10;
  private static final int LARGE = 16 << 20;

  private final byte[] content = new byte[SIZE];
  private final byte[] compressed = new byte[2 * SIZE];
  private int half;
  private Deflater deflater;
  private boolean finished;

  /** Counts calls in a static variable of the library. */
  private static native int count();

  /** Calls {@link #twice} from native code. */
  private static native int callBack(int value);

  private static native long allocate(int size);

  /**
   * Grows a block with realloc. Returns -1 if the content changed, and -2 if the new part can't be
   * used.
   */
  private static native long grow(long block, int oldSize, int newSize);

  private static native void release(long block);

  /** Returns whether fresh blocks of calloc are zero. */
  private static native boolean isFreshMemoryZero();

  private static int twice(int value) { // The library calls this method.
    return 2 * value;
  }

  private int counted;
  private long block;

  @Override
  public void prepare() {
    System.load(System.getProperty("crjvm.it.native"));
    counted = count();
    block = allocate(SMALL);
    new Random(3).nextBytes(content);
    for (int i = 0; i < SIZE; i++) {
      content[i] &= 15;
    }
    deflater = new Deflater();
    deflater.setInput(content, 0, SIZE / 2);
    half = deflater.deflate(compressed, 0, compressed.length, Deflater.SYNC_FLUSH);
  }

  @Override
  public String run() throws Exception {
    int now = count();
    Exercise.check(now == counted + 1, "the library's variable is %d after %d", now, counted);
    counted = now;
    Exercise.check(callBack(4) == 8, "the callback answers wrong");
    block = grow(block, SMALL, LARGE);
    Exercise.check(block != -1, "realloc lost content");
    Exercise.check(block != -2, "realloc's new part is broken");
    release(block);
    block = allocate(SMALL);
    Exercise.check(isFreshMemoryZero(), "calloc returns old content");

    if (!finished) {
      finished = true;
      deflater.setInput(content, SIZE / 2, SIZE / 2);
      deflater.finish();
      half += deflater.deflate(compressed, half, compressed.length - half);
      Exercise.check(deflater.finished(), "the deflater is not done");
    }
    Inflater inflater = new Inflater();
    inflater.setInput(compressed, 0, half);
    ByteArrayOutputStream inflated = new ByteArrayOutputStream();
    byte[] chunk = new byte[1 << 16];
    while (!inflater.finished()) {
      inflated.write(chunk, 0, inflater.inflate(chunk));
    }
    inflater.end();
    Exercise.check(java.util.Arrays.equals(content, inflated.toByteArray()), "zlib lost content");
    return half + " bytes";
  }
}
