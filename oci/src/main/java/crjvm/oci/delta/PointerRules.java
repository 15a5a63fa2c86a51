package crjvm.oci.delta;

/**
 * The rules by which the pointers in a memory are found. A word is one pointer, if its upper half
 * says so, or two halves. A half is a pointer if it lies in the range.
 *
 * @param low the first half that is a pointer, unsigned
 * @param high the half after the last one; the same as {@code low} for a heap without compressed
 *     pointers
 * @param shift the number of bits by which compressed pointers are shifted
 * @param runs pairs of a position in words and an address: from there on, the content was at this
 *     address and behind it
 */
public record PointerRules(long low, long high, int shift, long[] runs) {
  /** The lowest upper half that does not belong to a whole word. */
  public static final long LEAST = 0x8000;

  private static final long WIDE = 0x5500;
  private static final long MARK = 0x5a5a00000000L;
  private static final long HALF = 0xffffffffL;
  private static final int MAX_SHIFT = 3;

  boolean isValid() {
    if (low > high || low < LEAST || high > HALF || shift > MAX_SHIFT) {
      return false;
    }
    for (int i = 2; i < runs.length; i += 2) {
      if (Long.compareUnsigned(runs[i], runs[i - 2]) <= 0) {
        return false;
      }
    }
    return true;
  }

  static boolean isWide(long word) {
    long high = word >>> 32;
    return high >= WIDE && high < LEAST;
  }

  boolean isHalf(long half) {
    return half >= low && half < high;
  }

  boolean hasPointer(long word) {
    return isWide(word) || isHalf(word & HALF) || isHalf(word >>> 32);
  }

  /** Returns a word with the same mark in the place of all pointers of a kind. */
  long mask(long word) {
    if (isWide(word)) {
      return MARK;
    }
    long lower = word & HALF;
    long upper = word >>> 32;
    return (isHalf(lower) ? low : lower) | (isHalf(upper) ? low : upper) << 32;
  }
}
