package crjvm.image.plan;

/**
 * The code in which threads finish reading the clock (plan.h: PLAN_RESUME).
 *
 * @param offset the offset in the memory file
 * @param length the number of bytes; 0 if no thread needs the code
 * @param lead the number of zero bytes before it
 */
public record PlanResume(long offset, long length, long lead) {
  /** The value if no thread was reading the clock. */
  public static final PlanResume NONE = new PlanResume(0, 0, 0);
}
