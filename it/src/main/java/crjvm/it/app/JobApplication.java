package crjvm.it.app;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;

/**
 * A long job with its state in memory. Its argument is a folder: the file {@code progress} gets a
 * line now and then, and {@code result} gets the result. The job ends after the round whose number
 * is in the file {@code end}. A second argument, {@code paced}, makes it slow.
 */
public final class JobApplication {
  private static final int TABLE = 1 << 16;
  private static final int STEP = 1000;
  private static final int COUNTERS = 997;

  private final long[] table = new long[TABLE];
  private final Map<Integer, Long> counters = new HashMap<>();
  private final Random random = new Random(42);
  private final MessageDigest digest;
  private byte[] state = new byte[32];
  private long round;

  private JobApplication() throws Exception {
    digest = MessageDigest.getInstance("SHA-256");
  }

  public static void main(String[] args) throws Exception {
    System.out.println("job: begun");
    Path folder = Path.of(args[0]);
    JobApplication job = new JobApplication();
    try (PrintWriter progress =
        new PrintWriter(Files.newBufferedWriter(folder.resolve("progress"), CREATE, APPEND))) {
      while (job.round < end(folder)) {
        job.step();
        progress.println(job.round);
        progress.flush();
        if (args.length > 1) {
          Thread.sleep(10);
        }
      }
    }
    Path part = Files.writeString(folder.resolve("result.part"), job.result());
    Files.move(part, folder.resolve("result"), StandardCopyOption.ATOMIC_MOVE);
    System.out.println("job: done");
  }

  private static long end(Path folder) throws IOException {
    Path file = folder.resolve("end");
    return Files.exists(file) ? Long.parseLong(Files.readString(file)) : Long.MAX_VALUE;
  }

  /** Computes one round, which needs the results of all rounds before it. */
  private void step() {
    for (int i = 0; i < STEP; i++) {
      ByteBuffer previous = ByteBuffer.wrap(state);
      int place = Math.floorMod(previous.getInt(0), TABLE);
      table[place] += previous.getLong(8) ^ random.nextLong();
      counters.merge(place % COUNTERS, 1L, Long::sum);
      digest.update(state);
      digest.update(ByteBuffer.allocate(8).putLong(table[place]).flip());
      state = digest.digest();
      round++;
    }
  }

  private String result() {
    for (long each : table) {
      digest.update(ByteBuffer.allocate(8).putLong(each).flip());
    }
    for (int i = 0; i < COUNTERS; i++) {
      digest.update(ByteBuffer.allocate(8).putLong(counters.getOrDefault(i, 0L)).flip());
    }
    digest.update(state);
    return round + " " + HexFormat.of().formatHex(digest.digest());
  }
}
