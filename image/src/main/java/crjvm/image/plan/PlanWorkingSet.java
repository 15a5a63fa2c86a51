package crjvm.image.plan;

import java.nio.ByteBuffer;

/**
 * Pages that the first requests of a restored process need, recorded in a trial restore.
 *
 * @param start first address, page-aligned
 * @param pages how many
 * @param written they are written, so that the process needs copies of its own
 */
public record PlanWorkingSet(long start, int pages, boolean written) implements PlanRecord {
  private static final int PAGE = 4096;

  /** The address after the last page. */
  public long end() {
    return start + (long) pages * PAGE;
  }

  @Override
  public PlanSection section() {
    return PlanSection.WORKING_SET;
  }

  @Override
  public void write(ByteBuffer out, PlanStrings strings) {
    out.putLong(start).putInt(pages).putInt(written ? 1 : 0);
  }
}
