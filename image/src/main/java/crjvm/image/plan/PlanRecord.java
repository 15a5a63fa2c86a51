package crjvm.image.plan;

import java.nio.ByteBuffer;

/** One fixed-size record of a plan's section. */
interface PlanRecord {
  PlanSection section();

  /** Writes exactly {@code section().recordSize()} bytes. */
  void write(ByteBuffer out, PlanStrings strings);
}
