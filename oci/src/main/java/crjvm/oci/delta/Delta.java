package crjvm.oci.delta;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The sizes of a delta.
 *
 * @param base the bytes of all blocks of the base
 * @param rules the rules without the runs
 * @param parts the parts in their order in the blob: the content without pointers, the runs, the
 *     streams
 */
public record Delta(long base, PointerRules rules, List<Part> parts) {
  /** The largest content, and the largest base. */
  public static final int MAX = 1 << 30;

  /** The largest blob. */
  public static final int BLOB_MAX = 256 << 20;

  static final int MASKED = 0;
  static final int RUNS = 1;
  static final int FIRST_STREAM = 2;
  static final int PARTS = FIRST_STREAM + PointerCoder.STREAMS;

  /** Runs and streams have at most this part of the content's length. */
  static final int SHARE = 4;

  static final int RUN = 2 * Long.BYTES;
  private static final int NUMBERS = 4;
  private static final int DIGITS = 18;
  private static final long UNSIGNED = 0xffffffffL;
  private static final int MAX_SHIFT = 9;

  /**
   * A frame of zstd.
   *
   * @param size the bytes in the blob
   * @param length the bytes of its content
   */
  record Part(long size, long length) {}

  /** Formats the numbers. */
  public String format() {
    StringBuilder text = new StringBuilder();
    text.append(base).append(' ').append(rules.low()).append(' ').append(rules.high());
    text.append(' ').append(rules.shift());
    for (Part each : parts) {
      text.append(' ').append(each.size()).append(' ').append(each.length());
    }
    return text.toString();
  }

  /**
   * Parses the text of a registry.
   *
   * @param content the bytes of the content
   * @param size the bytes of the blob
   * @return empty if it is wrong
   */
  public static Optional<Delta> parse(String text, long content, long size) {
    String[] words = text == null ? new String[0] : text.split(" ", -1);
    if (words.length != NUMBERS + 2 * PARTS) {
      return Optional.empty();
    }
    long[] numbers = new long[words.length];
    for (int i = 0; i < words.length; i++) {
      if (!words[i].matches("\\d{1," + DIGITS + "}")) {
        return Optional.empty();
      }
      numbers[i] = Long.parseLong(words[i]);
    }
    if (numbers[1] > UNSIGNED || numbers[2] > UNSIGNED || numbers[3] > MAX_SHIFT) {
      return Optional.empty();
    }
    List<Part> parts = new ArrayList<>();
    for (int i = NUMBERS; i < numbers.length; i += 2) {
      parts.add(new Part(numbers[i], numbers[i + 1]));
    }
    PointerRules rules = new PointerRules(numbers[1], numbers[2], (int) numbers[3], new long[0]);
    Delta delta = new Delta(numbers[0], rules, List.copyOf(parts));
    return delta.fits(content, size) ? Optional.of(delta) : Optional.empty();
  }

  private boolean fits(long content, long size) {
    if (parts.stream().anyMatch(each -> each.size() > BLOB_MAX || each.length() > MAX)) {
      return false;
    }
    return base > 0
        && base <= MAX
        && parts.get(MASKED).length() == content
        && parts.get(RUNS).length() % RUN == 0
        && parts.stream().mapToLong(Part::size).sum() == size
        && parts.stream().skip(RUNS).mapToLong(Part::length).sum() <= content / SHARE;
  }
}
