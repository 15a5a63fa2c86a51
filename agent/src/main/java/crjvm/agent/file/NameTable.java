package crjvm.agent.file;

import java.util.Arrays;
import java.util.function.ObjIntConsumer;
import java.util.zip.CRC32;

/**
 * A table from the names of files to bits, which many threads use at once. The application waits
 * for a look-up whenever it opens a file. So a look-up of a known name takes no lock, and a new
 * name touches little memory, because a page that is touched for the first time costs more than all
 * the rest.
 *
 * <p>Nothing orders a thread that looks up a name and one that is adding a name. The former may see
 * zeros where the latter has written already. Then it does not find the name, and looks again with
 * the lock. It can't take one name for another, since names have no zero bytes.
 */
final class NameTable {
  /** The number of bits that a name can have. The rest of their number is a part of its hash. */
  static final int WIDTH = 12;

  private static final int MASK = (1 << WIDTH) - 1;
  private static final int FIRST_POWER = 10;

  /** The growth of the power of two that is the number of slots. */
  private static final int GROWTH = 2;

  /**
   * The largest number of slots that are looked at for one name. Only names that somebody has
   * chosen on purpose come near it. Then the table counts as full, and does not become slow.
   */
  private static final int MOST_STEPS = 1 << 9;

  /** The answer for a name that is not there and has no place. */
  private static final int NOWHERE = Integer.MIN_VALUE;

  /** The slots, of which at least half are free. */
  private static final class Slots {
    final int power;
    final byte[][] names; // null: the slot is free
    final int[] values; // the upper bits of the name's hash, and the name's bits below them

    Slots(int power) {
      this.power = power;
      names = new byte[1 << power][];
      values = new int[1 << power];
    }

    private int first(int hash) {
      return hash >>> (Integer.SIZE - power);
    }

    private int next(int slot) {
      return (slot + 1) & (names.length - 1);
    }

    /** Returns the slot of the name, or the complement of the free one that it could get. */
    int find(byte[] name, int hash) {
      int slot = first(hash);
      for (int step = 0; step < MOST_STEPS; step++) {
        byte[] there = names[slot];
        if (there == null) {
          return ~slot;
        } else if (((values[slot] ^ hash) & ~MASK) == 0 && Arrays.equals(there, name)) {
          return slot;
        }
        slot = next(slot);
      }
      return NOWHERE;
    }

    /** Returns a larger copy. The number of slots stays below that of the hash's upper bits. */
    Slots grown() {
      Slots grown = new Slots(power + GROWTH);
      for (int slot = 0; slot < names.length; slot++) {
        if (names[slot] != null) {
          int free = grown.first(values[slot]);
          while (grown.names[free] != null) {
            free = grown.next(free);
          }
          grown.names[free] = names[slot];
          grown.values[free] = values[slot];
        }
      }
      return grown;
    }
  }

  private final int most;
  private Slots slots = new Slots(FIRST_POWER); // also read without the lock
  private int count;
  private volatile boolean isFull;

  /**
   * @param most the largest number of names, up to half a million
   */
  NameTable(int most) {
    this.most = most;
    hash(new byte[0]); // The JDK loads a library at the first call, which must not be a hook's.
  }

  /** Returns a hash by an instruction of the processor, even before this method is compiled. */
  static int hash(byte[] name) {
    CRC32 crc = new CRC32();
    crc.update(name, 0, name.length);
    return (int) crc.getValue();
  }

  /**
   * Returns the bits of a name; 0: the name is unknown.
   *
   * @param hash the name's {@link #hash}, which takes longer than the rest
   */
  int get(byte[] name, int hash) {
    Slots present = slots;
    int slot = present.find(name, hash);
    return slot < 0 ? 0 : present.values[slot] & MASK;
  }

  /**
   * Adds bits to a name. If the table is full, new names are left out.
   *
   * @param name the name; the array must not be changed later
   */
  void add(byte[] name, int hash, int bits) {
    if (!isFull || get(name, hash) != 0) {
      addWithLock(name, hash, bits);
    }
  }

  private synchronized void addWithLock(byte[] name, int hash, int bits) {
    int slot = slots.find(name, hash);
    if (slot >= 0) {
      slots.values[slot] |= bits;
    } else if (slot == NOWHERE || count == most) {
      isFull = true;
    } else {
      slots.values[~slot] = hash & ~MASK | bits;
      slots.names[~slot] = name;
      count++;
      if (count > slots.names.length / 2) {
        slots = slots.grown();
      }
    }
  }

  /** Returns whether names were left out. */
  boolean isFull() {
    return isFull;
  }

  /** Hands out all names with their bits. It takes no lock, as a stopped thread may hold it. */
  void forEach(ObjIntConsumer<byte[]> consumer) {
    Slots present = slots;
    for (int slot = 0; slot < present.names.length; slot++) {
      if (present.names[slot] != null) {
        consumer.accept(present.names[slot], present.values[slot] & MASK);
      }
    }
  }
}
