package crjvm.image.plan;

import java.nio.ByteBuffer;

/**
 * A mapping that the restorer makes.
 *
 * @param start the first address, page-aligned
 * @param length the length in bytes, in whole pages
 * @param offset the offset in the object, in bytes
 * @param object the index of the object, or {@link #ANONYMOUS}
 * @param prot PROT_READ 1, PROT_WRITE 2, PROT_EXEC 4
 * @param flags bits of {@code SHARED}, {@code GROWS_DOWN}, {@code NO_RESERVE}, {@code STACK},
 *     {@code LOCKED}, {@code DROPPABLE}
 * @param advice bits of {@code ADVICE_…}
 */
public record PlanArea(
    long start, long length, long offset, int object, int prot, int flags, int advice)
    implements PlanRecord {
  public static final int ANONYMOUS = -1;

  public static final int SHARED = 1;
  public static final int GROWS_DOWN = 2;
  public static final int NO_RESERVE = 4;
  public static final int STACK = 8;
  public static final int LOCKED = 16;
  public static final int DROPPABLE = 32;

  public static final int ADVICE_HUGE_PAGES = 1;
  public static final int ADVICE_NO_HUGE_PAGES = 2;
  public static final int ADVICE_NO_FORK = 4;
  public static final int ADVICE_NO_DUMP = 8;
  public static final int ADVICE_SEQUENTIAL = 16;
  public static final int ADVICE_RANDOM = 32;
  public static final int ADVICE_MERGEABLE = 64;
  public static final int ADVICE_WIPE_ON_FORK = 128;
  public static final int ADVICE_GUARD = 256;

  public long end() {
    return start + length;
  }

  /** Returns whether one call can map both areas. */
  public boolean isContinuedBy(PlanArea next) {
    boolean isSameMemory =
        object == next.object && (object == ANONYMOUS || offset + length == next.offset);
    boolean isSameKind = prot == next.prot && flags == next.flags && advice == next.advice;
    return end() == next.start && isSameMemory && isSameKind && (flags & GROWS_DOWN) == 0;
  }

  /** Returns this area joined with {@code next}, which continues it. */
  public PlanArea with(PlanArea next) {
    return new PlanArea(start, length + next.length, offset, object, prot, flags, advice);
  }

  @Override
  public PlanSection section() {
    return PlanSection.AREAS;
  }

  @Override
  public void write(ByteBuffer out, PlanStrings strings) {
    out.putLong(start).putLong(length).putLong(offset);
    out.putInt(object).putInt(prot).putInt(flags).putInt(advice);
  }
}
