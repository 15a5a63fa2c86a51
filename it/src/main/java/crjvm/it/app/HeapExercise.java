package crjvm.it.app;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Garbage collections over old and new objects. The test has the collector verify the heap. */
final class HeapExercise implements Exercise {
  private static final int ENTRIES = 20_000;
  private static final int CHURN_BYTES = 192 << 20;
  private static final int LIVE_CHUNKS = 64;
  private static final int FULL_COLLECTIONS = 3;

  private final Map<String, int[]> old = new HashMap<>();
  private long checksum;

  @Override
  public void prepare() {
    Random random = new Random(1);
    for (int i = 0; i < ENTRIES; i++) {
      old.put("key-" + i, random.ints(10).toArray());
    }
    checksum = sum(old);
  }

  private static long sum(Map<String, int[]> map) {
    long sum = 0;
    for (Map.Entry<String, int[]> entry : map.entrySet()) {
      for (int value : entry.getValue()) {
        sum += (long) value * entry.getKey().hashCode();
      }
    }
    return sum;
  }

  @Override
  public String run() {
    for (int i = 0; i < FULL_COLLECTIONS; i++) {
      System.gc();
      Exercise.check(sum(old) == checksum, "old objects differ after %d full collections", i + 1);
    }
    List<byte[]> live = new ArrayList<>();
    Random random = new Random(2);
    for (int allocated = 0; allocated < CHURN_BYTES; ) {
      byte[] chunk = new byte[1 + random.nextInt(64 << 10)];
      chunk[0] = (byte) chunk.length;
      allocated += chunk.length;
      if (live.size() == LIVE_CHUNKS) {
        int victim = random.nextInt(LIVE_CHUNKS);
        Exercise.check(
            live.get(victim)[0] == (byte) live.get(victim).length, "an array was overwritten");
        live.set(victim, chunk);
      } else {
        live.add(chunk);
      }
      if (allocated % 16 == 0) {
        // An old object refers to a young one.
        old.put("key-" + random.nextInt(ENTRIES), old.get("key-0").clone());
      }
    }
    old.clear();
    prepare();
    System.gc();
    Exercise.check(sum(old) == checksum, "the rebuilt map differs");
    return "checksum " + checksum;
  }
}
