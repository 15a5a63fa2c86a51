package crjvm.image.plan;

import crjvm.image.arch.OwnAddresses;

/**
 * Code in which threads finish reading the clock (plan.h: PLAN_RESUME).
 *
 * @param offset into the memory file
 * @param length bytes; 0: no thread needs it
 * @param lead bytes of zeroes before it
 */
public record PlanResume(long offset, long length, long lead) {
  /** No thread was reading the clock. */
  public static final PlanResume NONE = new PlanResume(0, 0, 0);

  /** Where it lies, after the zeroes. */
  public static final long ADDRESS = OwnAddresses.RESUME;
}
