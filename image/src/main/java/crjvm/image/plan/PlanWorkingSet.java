package crjvm.image.plan;

import crjvm.image.arch.Page;
import java.nio.ByteBuffer;

/**
 * Pages that the first requests of a restored process write or read, recorded in a trial restore.
 *
 * @param start the first address, page-aligned
 * @param pages the number of pages
 * @param use what happens to them
 */
public record PlanWorkingSet(long start, int pages, Use use) implements PlanRecord {
  private static final int PAGE = Page.SIZE;

  /** The use that the first requests make of pages, as in {@code enum plan_use}. */
  public enum Use {
    WRITE,
    /** The pages are not written, and belong to a file. */
    READ
  }

  /** Returns the size in bytes. */
  public long size() {
    return (long) pages * PAGE;
  }

  @Override
  public PlanSection section() {
    return PlanSection.WORKING_SET;
  }

  @Override
  public void write(ByteBuffer out, PlanStrings strings) {
    out.putLong(start).putInt(pages).putInt(use.ordinal());
  }
}
