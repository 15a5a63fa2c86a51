package crjvm.image.plan;

import java.nio.ByteBuffer;

/** One fixed-size record of a plan's section. */
sealed interface PlanRecord
    permits PlanObject,
        PlanCheck,
        PlanArea,
        PlanCopy,
        PlanFill,
        PlanDescriptor,
        PlanOption,
        PlanWatch,
        PlanInotify,
        PlanLock,
        PlanSignal,
        PlanThread,
        PlanStub,
        PlanDeadline,
        PlanSlot,
        PlanTid,
        PlanWord,
        PlanFunction,
        PlanSave,
        PlanMiss,
        PlanOutside,
        PlanSetting,
        PlanWorkingSet {
  PlanSection section();

  /** Writes exactly {@code section().recordSize()} bytes. */
  void write(ByteBuffer out, PlanStrings strings);
}
