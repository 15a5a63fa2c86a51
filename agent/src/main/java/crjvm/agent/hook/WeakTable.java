package crjvm.agent.hook;

import java.lang.ref.WeakReference;
import java.util.List;

/**
 * A hash table of objects, compared by identity and held weakly. A collected object leaves an empty
 * reference. All empty references are removed when an object is added after a garbage collection.
 * There is no reference queue, because its upkeep would cost more than everything else.
 */
final class WeakTable {
  static final int SHIFT = 4;

  private static final int LEAST = 64;

  private WeakReference<?>[] slots = new WeakReference<?>[LEAST];
  private int used;

  /** A reference to an otherwise unused object. It is empty after the next garbage collection. */
  private WeakReference<Object> canary = new WeakReference<>(new Object());

  /**
   * Returns the first slot to look at. The lowest bits of the hash choose the table, so they are
   * the same for all objects in one table.
   */
  private int first(Object object) {
    return System.identityHashCode(object) >>> SHIFT & (slots.length - 1);
  }

  /**
   * @return false if the object was in the table already
   */
  synchronized boolean add(Object object) {
    if (used > LEAST && canary.get() == null) {
      rebuild();
    }
    int free = -1;
    int slot = first(object);
    for (; slots[slot] != null; slot = slot + 1 & (slots.length - 1)) {
      Object other = slots[slot].get();
      if (other == object) {
        return false;
      } else if (other == null && free < 0) {
        free = slot;
      }
    }
    if (free >= 0) {
      slots[free] = new WeakReference<>(object);
      return true;
    }
    slots[slot] = new WeakReference<>(object);
    if (++used > slots.length / 2) {
      rebuild();
    }
    return true;
  }

  synchronized boolean contains(Object object) {
    return find(object) >= 0;
  }

  synchronized boolean remove(Object object) {
    int slot = find(object);
    if (slot >= 0) {
      slots[slot].clear();
    }
    return slot >= 0;
  }

  synchronized void addLivingTo(List<Object> list) {
    for (WeakReference<?> reference : slots) {
      Object object = reference == null ? null : reference.get();
      if (object != null) {
        list.add(object);
      }
    }
  }

  private int find(Object object) {
    int slot = first(object);
    for (; slots[slot] != null; slot = slot + 1 & (slots.length - 1)) {
      if (slots[slot].get() == object) {
        return slot;
      }
    }
    return -1;
  }

  /** Removes the empty references, and makes room for as many objects again. */
  private void rebuild() {
    canary = new WeakReference<>(new Object());
    WeakReference<?>[] before = slots;
    int living = 0;
    for (WeakReference<?> reference : before) {
      living += reference != null && reference.get() != null ? 1 : 0;
    }
    slots = new WeakReference<?>[Math.max(LEAST, Integer.highestOneBit(living * 4 + 1) * 2)];
    used = 0;
    for (WeakReference<?> reference : before) {
      Object object = reference == null ? null : reference.get();
      if (object != null) {
        int slot = first(object);
        while (slots[slot] != null) {
          slot = slot + 1 & (slots.length - 1);
        }
        slots[slot] = reference;
        used++;
      }
    }
  }
}
