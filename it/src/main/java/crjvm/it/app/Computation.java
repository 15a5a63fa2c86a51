package crjvm.it.app;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import java.util.zip.Adler32;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Work for which HotSpot uses instructions of newer CPUs: loops over arrays, strings, checksums,
 * ciphers, long numbers, bits. The results are always the same.
 */
final class Computation {
  private static final int SIZE = 4096;

  private final byte[] bytes = new byte[SIZE];
  private final int[] numbers = new int[SIZE];
  private final double[] reals = new double[SIZE];
  private final String text;

  Computation() {
    Random random = new Random(11);
    random.nextBytes(bytes);
    for (int i = 0; i < SIZE; i++) {
      numbers[i] = random.nextInt();
      reals[i] = random.nextDouble();
    }
    text = Base64.getEncoder().encodeToString(bytes);
  }

  /** Returns a line for each kind of work. */
  String run() throws GeneralSecurityException {
    return String.join(
        "\n",
        "loops=" + loops(),
        "arrays=" + arrays(),
        "strings=" + strings(),
        "checksums=" + checksums(),
        "ciphers=" + ciphers(),
        "long-numbers=" + longNumbers(),
        "bits=" + bits());
  }

  private String loops() {
    double[] result = new double[SIZE];
    double sum = 0;
    for (int i = 0; i < SIZE; i++) {
      result[i] = Math.fma(reals[i], 1.5, reals[SIZE - 1 - i]) - Math.sqrt(reals[i]);
    }
    for (double value : result) {
      sum += value;
    }
    int product = 1;
    for (int number : numbers) {
      product = 31 * product + (number ^ number >>> 7);
    }
    return Math.round(sum * 1000) + "/" + product;
  }

  private String arrays() {
    int[] sorted = numbers.clone();
    Arrays.sort(sorted);
    byte[] filled = new byte[SIZE];
    Arrays.fill(filled, (byte) 7);
    System.arraycopy(bytes, 0, filled, 5, SIZE / 2);
    return sorted[0] + "/" + Arrays.hashCode(filled) + "/" + Arrays.mismatch(bytes, filled);
  }

  private String strings() {
    String upper = text.toUpperCase(java.util.Locale.ROOT);
    byte[] encoded = (text + "\u00e4\u20ac").getBytes(StandardCharsets.UTF_8);
    String decoded = new String(encoded, StandardCharsets.UTF_8);
    int found = text.indexOf("zz") + text.indexOf('=') + decoded.indexOf('\u20ac');
    byte[] back = Base64.getDecoder().decode(text);
    boolean equal = Arrays.equals(back, bytes) && decoded.startsWith(text);
    return found + "/" + text.compareTo(upper) + "/" + decoded.hashCode() + "/" + equal;
  }

  private String checksums() {
    StringBuilder all = new StringBuilder();
    for (Checksum checksum : new Checksum[] {new CRC32(), new CRC32C(), new Adler32()}) {
      checksum.update(bytes, 0, SIZE);
      all.append(Long.toHexString(checksum.getValue())).append('/');
    }
    return all.toString();
  }

  private String ciphers() throws GeneralSecurityException {
    StringBuilder all = new StringBuilder();
    for (String algorithm : new String[] {"MD5", "SHA-1", "SHA-256", "SHA-512", "SHA3-256"}) {
      all.append(Arrays.hashCode(MessageDigest.getInstance(algorithm).digest(bytes))).append('/');
    }
    SecretKeySpec key = new SecretKeySpec(bytes, 0, 16, "AES");
    for (String mode :
        new String[] {"AES/GCM/NoPadding", "AES/CBC/PKCS5Padding", "AES/CTR/NoPadding"}) {
      Cipher cipher = Cipher.getInstance(mode);
      var parameters =
          mode.contains("GCM")
              ? new GCMParameterSpec(128, bytes, 0, 12)
              : new javax.crypto.spec.IvParameterSpec(bytes, 0, 16);
      cipher.init(Cipher.ENCRYPT_MODE, key, parameters);
      all.append(Arrays.hashCode(cipher.doFinal(bytes))).append('/');
    }
    return all.toString();
  }

  private String longNumbers() {
    BigInteger one = new BigInteger(1, Arrays.copyOf(bytes, 128));
    BigInteger two = new BigInteger(1, Arrays.copyOfRange(bytes, 128, 256));
    BigInteger odd = one.setBit(0);
    return one.multiply(two).hashCode()
        + "/"
        + two.modPow(BigInteger.valueOf(65537), odd).hashCode();
  }

  private String bits() {
    long sum = 0;
    for (int number : numbers) {
      sum += Integer.bitCount(number) + 3L * Integer.numberOfLeadingZeros(number);
      sum += Integer.numberOfTrailingZeros(number) ^ number & -number;
      sum = Long.rotateLeft(sum, number) + Integer.reverseBytes(number & ~7);
    }
    return Long.toString(sum);
  }
}
