package crjvm.image.plan;

import crjvm.image.arch.Architecture;
import java.nio.ByteBuffer;

/**
 * Pages that the first requests of a restored process write, recorded in a trial restore.
 *
 * @param start the first address, page-aligned
 * @param pages the number of pages
 */
public record PlanWorkingSet(long start, int pages) implements PlanRecord {
  private static final int PAGE = Architecture.PAGE;

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
    out.putLong(start).putInt(pages).putInt(0);
  }
}
