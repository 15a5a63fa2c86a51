package crjvm.image.plan;

import java.nio.ByteBuffer;

/**
 * A thread. The state is the record's 2,640 bytes as plan.h lays them out (struct plan_thread);
 * class {@code ThreadState} of the compiler makes them.
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
