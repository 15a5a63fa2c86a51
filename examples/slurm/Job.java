import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;

/**
 * A long computation with its state in memory. Its arguments are a folder, and the milliseconds of
 * a pause after each step, which leaves the processor to others. The file {@code rounds} in the
 * folder contains the number of rounds, and may be written while the job runs. The file {@code
 * result} there gets the result.
 */
public final class Job {
  private static final int STEP = 1_000;
  private static final int STEPS = 100; // between two lines of progress

  private final long[] table = new long[1 << 16];
  private final Random random = new Random(42);
  private final MessageDigest digest;
  private byte[] state = new byte[32];
  private long round;

  private Job() throws Exception {
    digest = MessageDigest.getInstance("SHA-256");
  }

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    long pause = args.length > 1 ? Long.parseLong(args[1]) : 0;
    System.out.println("job: begun");
    Job job = new Job();
    while (job.round < rounds(folder)) {
      for (int i = 0; i < STEPS; i++) {
        job.step();
        Thread.sleep(pause);
      }
      System.out.println("job: round " + job.round + " on " + System.getenv("SLURMD_NODENAME"));
    }
    Files.writeString(folder.resolve("result"), job.result() + "\n");
    System.out.println("job: done");
  }

  private static long rounds(Path folder) throws IOException {
    Path file = folder.resolve("rounds");
    return Files.exists(file) ? Long.parseLong(Files.readString(file).strip()) : Long.MAX_VALUE;
  }

  /** Computes some rounds. Each round needs the complete state that the rounds before have left. */
  private void step() {
    for (int i = 0; i < STEP; i++) {
      ByteBuffer previous = ByteBuffer.wrap(state);
      int place = Math.floorMod(previous.getInt(0), table.length);
      table[place] += previous.getLong(8) ^ random.nextLong();
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
    digest.update(state);
    return round + " " + HexFormat.of().formatHex(digest.digest());
  }
}
