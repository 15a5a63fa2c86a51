package crjvm.oci.delta;

import java.nio.LongBuffer;
import java.util.List;
import java.util.stream.Stream;

/**
 * Separates the pointers in the memory of a process from everything else, and predicts them by the
 * memory of another process of the same application.
 *
 * <p>Objects lie at other addresses in each process, and so nearly all blocks differ. Without the
 * pointers most of the rest is the same. Both sides look for the place in the old memory that looks
 * like the current one without pointers. If the old pointer at that place has turned into a new one
 * before, it probably turns into the same one again. All numbers here are part of the format, and
 * pointers.c has the same.
 */
final class PointerCoder {
  /** The number of streams. */
  static final int STREAMS = 5;

  private static final int SYMBOLS = 0;
  private static final int PREDICTED = 0;
  private static final int NEAR = 1;
  private static final int NEXT = 2;
  private static final int RECENT = 3;
  private static final int FAR = 4;

  private static final int PLACE_BITS = 24;
  private static final int VALUE_BITS = 22;
  private static final int RECENT_COUNT = 64;
  private static final int LONG = 4;
  private static final int WIDE_BYTES = 6;
  private static final int HALF_BYTES = 4;
  private static final long HALF = 0xffffffffL;
  private static final long FACTOR = 0x9e3779b97f4a7c15L;
  private static final int SMALL = 0x8000;

  private final PointerRules rules;
  private final LongBuffer base;
  private final LongBuffer content;
  private final List<ByteStream> streams;
  private final boolean isRestoring;

  /**
   * The positions of words in the base, plus 1, by a hash of the words around them: of a few words,
   * and of more of them.
   */
  private final int[] near = new int[1 << PLACE_BITS];

  private final int[] far = new int[1 << PLACE_BITS];

  /**
   * The old values of pointers and the new values that they have become, by a hash of the old one.
   */
  private final long[] from = new long[1 << VALUE_BITS];

  private final long[] to = new long[1 << VALUE_BITS];

  // The index is 0 for halves and 1 for whole words.
  private final long[] last = new long[2];
  private final long[] moved = new long[2];
  private final long[][] recent = new long[2][RECENT_COUNT];
  private final int[] recentCount = new int[2];

  /** The place in the base where the last pointer was found, or -1, and its word in the content. */
  private int place = -1;

  private int placeWord;
  private int run;

  private PointerCoder(
      PointerRules rules, LongBuffer base, LongBuffer content, List<ByteStream> streams) {
    this.rules = rules;
    this.base = base;
    this.content = content;
    this.isRestoring = streams != null;
    this.streams = isRestoring ? streams : Stream.generate(ByteStream::new).limit(STREAMS).toList();
  }

  /** Returns what can't be predicted of the content's pointers. */
  static List<ByteStream> code(PointerRules rules, LongBuffer base, LongBuffer content) {
    PointerCoder coder = new PointerCoder(rules, base, content, null);
    coder.prepare();
    coder.walk();
    return coder.streams;
  }

  /**
   * Restores the pointers of a content that was masked.
   *
   * @return false if the streams do not fit it
   */
  static boolean restore(
      PointerRules rules, LongBuffer base, LongBuffer content, List<ByteStream> streams) {
    PointerCoder coder = new PointerCoder(rules, base, content, streams);
    coder.prepare();
    return coder.walk() && streams.stream().allMatch(ByteStream::isAtEnd);
  }

  /** Copies words without their pointers. */
  static void mask(PointerRules rules, LongBuffer from, LongBuffer to) {
    for (int i = 0; i < from.limit(); i++) {
      to.put(i, rules.mask(from.get(i)));
    }
  }

  private static long mix(long hash, long word) {
    long mixed = (hash ^ word) * FACTOR;
    return mixed ^ mixed >>> 29;
  }

  /** Returns a number for the words around a place. */
  private int lookAround(LongBuffer words, int at, int before, int after) {
    long hash = before;
    for (int i = at - before; i <= at + after; i++) {
      hash = mix(hash, i >= 0 && i < words.limit() ? rules.mask(words.get(i)) : 0);
    }
    return (int) (hash >>> 64 - PLACE_BITS);
  }

  private void prepare() {
    for (int i = 0; i < base.limit(); i++) {
      if (rules.hasPointer(base.get(i))) {
        near[lookAround(base, i, 1, 2)] = i + 1;
        far[lookAround(base, i, LONG, LONG)] = i + 1;
      }
    }
  }

  private boolean looksLike(int there, int word) {
    return there >= 0
        && there < base.limit()
        && rules.mask(base.get(there)) == rules.mask(content.get(word));
  }

  /**
   * Returns the place in the base that looks like this word of the content, or -1. It goes on from
   * the last one, as long as that is good.
   */
  private int findPlace(int word) {
    int next = place + (word - placeWord);
    if (place >= 0
        && next > 0
        && word > 0
        && word + 1 < content.limit()
        && looksLike(next, word)
        && looksLike(next - 1, word - 1)
        && looksLike(next + 1, word + 1)) {
      return next;
    }
    int there = far[lookAround(content, word, LONG, LONG)] - 1;
    if (!looksLike(there, word)) {
      there = near[lookAround(content, word, 1, 2)] - 1;
    }
    return looksLike(there, word) ? there : -1;
  }

  /** Returns the address of a word of the content, or 0. */
  private long findAddress(int word) {
    long[] runs = rules.runs();
    while (run < runs.length && Long.compareUnsigned(runs[run], word) <= 0) {
      run += 2;
    }
    return run == 0 ? 0 : runs[run - 1] + Long.BYTES * (word - runs[run - 2]);
  }

  /** Returns false if the streams are wrong. */
  private boolean walk() {
    for (int i = 0; i < content.limit(); i++) {
      long word = content.get(i);
      if (!rules.hasPointer(word)) {
        continue;
      }
      int there = findPlace(i);
      if (there >= 0) {
        place = there;
        placeWord = i;
      }
      long restored = PointerRules.isWide(word) ? take(i, word, 0, true) : takeHalves(i, word);
      if (restored == -1) {
        return false;
      }
      if (isRestoring) {
        content.put(i, restored);
      }
    }
    return true;
  }

  /** Returns the word, or -1, which is never a word with pointers, if the streams are wrong. */
  private long takeHalves(int at, long word) {
    long restored = word;
    for (int shift = 0; shift <= 32; shift += 32) {
      long half = word >>> shift & HALF;
      if (rules.isHalf(half)) {
        long taken = take(at, half, shift, false);
        if (taken == -1) {
          return -1;
        }
        restored = restored & ~(HALF << shift) | taken << shift;
      }
    }
    return restored;
  }

  /** Codes or restores a pointer. Returns it, or -1 if the streams are wrong. */
  private long take(int word, long given, int shift, boolean isWide) {
    int kind = isWide ? 1 : 0;
    boolean hasPlace = place >= 0 && placeWord == word;
    long old = 0;
    int slot = 0;
    long expected = last[kind];
    if (hasPlace) {
      long whole = base.get(place);
      old = isWide ? whole : whole >>> shift & HALF;
      slot = (int) (old * FACTOR >>> 64 - VALUE_BITS);
      expected = from[slot] == old ? to[slot] : old + moved[kind];
    }
    long own = findAddress(word) >>> (isWide ? 0 : rules.shift());
    if (!isWide) {
      own &= HALF;
      expected &= HALF;
    }
    long pointer = given;
    if (isRestoring) {
      pointer = decode(expected, own, isWide);
      if (!isWide) {
        pointer &= HALF;
      }
      if (!(isWide ? PointerRules.isWide(pointer) : rules.isHalf(pointer))) {
        return -1;
      }
    } else {
      code(pointer, expected, own, isWide);
    }
    if (hasPlace) {
      from[slot] = old;
      to[slot] = pointer;
      moved[kind] = pointer - old;
    }
    last[kind] = pointer;
    if (pointer != expected) {
      recent[kind][recentCount[kind]++ % RECENT_COUNT] = pointer;
    }
    return pointer;
  }

  private void put(int symbol, long value, int bytes) {
    streams.get(SYMBOLS).put(symbol, 1);
    streams.get(symbol).put(value, bytes);
  }

  private static boolean isSmall(long difference) {
    return difference >= -SMALL && difference < SMALL;
  }

  private void code(long pointer, long expected, long own, boolean isWide) {
    int kind = isWide ? 1 : 0;
    if (pointer == expected) {
      streams.get(SYMBOLS).put(PREDICTED, 1);
      return;
    }
    for (int i = 1; i <= RECENT_COUNT && i <= recentCount[kind]; i++) {
      if (recent[kind][(recentCount[kind] - i) % RECENT_COUNT] == pointer) {
        put(RECENT, i, 1);
        return;
      }
    }
    if (isSmall(pointer - own)) {
      put(NEAR, pointer - own, 2);
    } else if (isSmall(pointer - last[kind])) {
      put(NEXT, pointer - last[kind], 2);
    } else {
      put(FAR, pointer, isWide ? WIDE_BYTES : HALF_BYTES);
    }
  }

  /** Reads a pointer. Returns 0, which is none, if the streams are wrong. */
  private long decode(long expected, long own, boolean isWide) {
    int kind = isWide ? 1 : 0;
    int symbol = (int) streams.get(SYMBOLS).get(1);
    if (symbol == PREDICTED) {
      return expected;
    } else if (symbol == RECENT) {
      long back = streams.get(RECENT).get(1);
      boolean isThere = back >= 1 && back <= RECENT_COUNT && back <= recentCount[kind];
      return isThere ? recent[kind][(recentCount[kind] - (int) back) % RECENT_COUNT] : 0;
    } else if (symbol == NEAR || symbol == NEXT) {
      long difference = streams.get(symbol).get(2);
      return difference < 0 ? 0 : (symbol == NEAR ? own : last[kind]) + (short) difference;
    } else if (symbol == FAR) {
      long pointer = streams.get(FAR).get(isWide ? WIDE_BYTES : HALF_BYTES);
      return pointer < 0 ? 0 : pointer;
    }
    return 0;
  }
}
