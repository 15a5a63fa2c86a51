package crjvm.image.plan;

import java.nio.ByteBuffer;

/**
 * A thread. The state is the record's bytes in plan.h's layout (struct plan_thread), which the
 * compiler's class {@code ThreadState} creates.
 */
public record PlanThread(byte[] state) implements PlanRecord {
  @Override
  public PlanSection section() {
    return PlanSection.THREADS;
  }

  @Override
  public void write(ByteBuffer out, PlanStrings strings) {
    out.put(state);
  }
}
