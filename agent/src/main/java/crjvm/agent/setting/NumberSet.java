package crjvm.agent.setting;

/**
 * A set of numbers, which are added one by one and removed all at once. Look-ups take no lock, so a
 * look-up during an addition may miss the new number.
 */
final class NumberSet {
  private static final int FIRST_SIZE = 1 << 10;

  private final int most;
  private volatile int[] slots = new int[FIRST_SIZE]; // a power of two; 0: the slot is free
  private int count;

  /**
   * @param most the largest count of numbers; further ones are ignored
   */
  NumberSet(int most) {
    this.most = most;
  }

  boolean contains(int number) {
    int[] present = slots;
    return present[slot(present, number)] != 0;
  }

  /** Returns the number's slot, or the free slot for it. There is always a free slot. */
  private static int slot(int[] slots, int number) {
    int wanted = code(number);
    int at = wanted * 0x9e3779b9 >>> 7 & slots.length - 1;
    while (slots[at] != 0 && slots[at] != wanted) {
      at = at + 1 & slots.length - 1;
    }
    return at;
  }

  private static int code(int number) {
    return number == 0 ? 1 : number; // one of 4 billion numbers shares its code with another one
  }

  synchronized void add(int number) {
    if (count >= most || contains(number)) {
      return;
    }
    if (++count * 2 > slots.length) {
      int[] larger = new int[slots.length * 2];
      for (int each : slots) {
        if (each != 0) {
          larger[slot(larger, each)] = each;
        }
      }
      slots = larger;
    }
    int[] present = slots;
    present[slot(present, number)] = code(number);
  }

  synchronized void clear() {
    slots = new int[FIRST_SIZE];
    count = 0;
  }

  /** Returns all numbers in ascending order of their bits. */
  synchronized int[] toArray() {
    return java.util.Arrays.stream(slots)
        .filter(each -> each != 0)
        .mapToLong(Integer::toUnsignedLong)
        .sorted()
        .mapToInt(each -> (int) each)
        .toArray();
  }
}
