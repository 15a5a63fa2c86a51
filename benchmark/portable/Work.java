import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Measures several kinds of work. They are warmed up in {@link #warm()}, which is the warm point,
 * and measured afterwards with the thread's CPU time, so that other load of the machine matters
 * little. It prints a line for each kind, with its name and the rounds per second.
 */
public final class Work {
  private static final int SIZE = 4096;
  private static final long WARM_NANOS = 2_000_000_000L;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private interface Kind {
    long round(int number) throws Exception;
  }

  private static final byte[] BYTES = new byte[SIZE];
  private static final int[] NUMBERS = new int[SIZE];
  private static final double[] REALS = new double[SIZE];
  private static final double[] RESULTS = new double[SIZE];
  private static final Map<String, Kind> KINDS = new LinkedHashMap<>();
  private static long sink;

  public static void main(String[] args) throws Exception {
    prepare();
    warm();
    long nanos = Long.parseLong(System.getProperty("nanos", "300000000"));
    for (Map.Entry<String, Kind> kind : KINDS.entrySet()) {
      System.out.printf("%s %.1f%n", kind.getKey(), rate(kind.getValue(), nanos));
    }
    System.exit(sink == 42 ? 1 : 0);
  }

  /** Warms all kinds up. The end of this method is the warm point. */
  static void warm() throws Exception {
    for (Kind kind : KINDS.values()) {
      rate(kind, WARM_NANOS);
    }
  }

  private static double rate(Kind kind, long nanos) throws Exception {
    long begin = THREADS.getCurrentThreadCpuTime();
    for (int rounds = 1; ; rounds++) {
      sink += kind.round(rounds);
      long spent = THREADS.getCurrentThreadCpuTime() - begin;
      if (spent >= nanos) {
        return rounds * 1e9 / spent;
      }
    }
  }

  private static void prepare() {
    Random random = new Random(11);
    random.nextBytes(BYTES);
    for (int i = 0; i < SIZE; i++) {
      NUMBERS[i] = random.nextInt();
      REALS[i] = random.nextDouble();
    }
    String text = Base64.getEncoder().encodeToString(BYTES);
    KINDS.put("vector-loops", Work::loops);
    KINDS.put("sorting", Work::sort);
    KINDS.put("maps-and-objects", Work::objects);
    KINDS.put("strings", number -> strings(text, number));
    KINDS.put("regular-expressions", number -> expressions(text));
    KINDS.put("deflate-and-crc32", number -> deflate());
    KINDS.put("sha-256", number -> MessageDigest.getInstance("SHA-256").digest(BYTES)[0]);
    KINDS.put("aes-gcm", Work::encrypt);
    KINDS.put("long-numbers", number -> power());
  }

  private static long loops(int number) {
    for (int turn = 0; turn < 16; turn++) {
      for (int i = 0; i < SIZE; i++) {
        RESULTS[i] = REALS[i] * 1.5 + REALS[SIZE - 1 - i] - RESULTS[i] * 0.5;
      }
    }
    int product = number;
    for (int value : NUMBERS) {
      product = 31 * product + (value ^ value >>> 7);
    }
    return product + (long) RESULTS[number % SIZE];
  }

  private static long sort(int number) {
    int[] copy = NUMBERS.clone();
    copy[number % SIZE] = number;
    Arrays.sort(copy);
    return copy[SIZE / 2];
  }

  private static long objects(int number) {
    Map<String, Integer> counts = new HashMap<>();
    for (int i = 0; i < 1000; i++) {
      counts.merge("key" + (NUMBERS[i] & 127), i, Integer::sum);
    }
    return counts.values().stream().mapToInt(Integer::intValue).sum() + number;
  }

  private static long strings(String text, int number) {
    byte[] encoded = (text + "\u00e4\u20ac" + number).getBytes(StandardCharsets.UTF_8);
    String decoded = new String(encoded, StandardCharsets.UTF_8);
    int found = decoded.indexOf('\u20ac') + text.indexOf("zzzz") + text.lastIndexOf('7');
    return found + decoded.hashCode() + text.toLowerCase(java.util.Locale.ROOT).compareTo(decoded);
  }

  private static final Pattern EXPRESSION = Pattern.compile("([a-z]+)([0-9]+)");

  private static long expressions(String text) {
    var matcher = EXPRESSION.matcher(text);
    int count = 0;
    while (matcher.find()) {
      count += matcher.end(2);
    }
    return count;
  }

  private static long deflate() {
    Deflater deflater = new Deflater(Deflater.BEST_SPEED);
    byte[] compressed = new byte[2 * SIZE];
    deflater.setInput(BYTES);
    deflater.finish();
    CRC32 crc = new CRC32();
    crc.update(compressed, 0, deflater.deflate(compressed));
    deflater.end();
    return crc.getValue();
  }

  private static long encrypt(int number) throws Exception {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    byte[] nonce = BigInteger.valueOf(1L << 40 | number).toByteArray();
    cipher.init(
        Cipher.ENCRYPT_MODE,
        new SecretKeySpec(BYTES, 0, 16, "AES"),
        new GCMParameterSpec(128, Arrays.copyOf(nonce, 12)));
    return cipher.doFinal(BYTES)[7];
  }

  private static long power() {
    BigInteger base = new BigInteger(1, Arrays.copyOf(BYTES, 256));
    BigInteger modulus = new BigInteger(1, Arrays.copyOfRange(BYTES, 256, 512)).setBit(0);
    return base.modPow(BigInteger.valueOf(65537), modulus).intValue();
  }
}
