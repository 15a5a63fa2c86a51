package crjvm.image.compile;

import crjvm.image.CheckpointContext;
import crjvm.image.CpuLevel;
import crjvm.image.ImageException;
import crjvm.image.dump.Dump;
import crjvm.image.dump.proto.Core;
import crjvm.image.dump.proto.SignalAction;
import crjvm.image.dump.proto.TaskCore;
import crjvm.image.dump.proto.ThreadInfo;
import crjvm.image.dump.proto.Timers;
import crjvm.image.dump.proto.XSave;
import crjvm.image.plan.PlanDeadline;
import crjvm.image.plan.PlanSignal;
import crjvm.image.plan.PlanThread;
import crjvm.image.plan.PlanWriter;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Threads with their registers, what the process does on signals, and the deadlines for which
 * threads wait in the kernel.
 */
final class CompileThreadsStep {
  private static final int SIGKILL = 9;
  private static final int SIGSTOP = 19;

  /** On which HotSpot prints threads: its handler is the same as for the signals of the end. */
  private static final int SIGQUIT = 3;

  private static final long SIG_IGN = 1;

  private final Optional<CpuLevel> portable;
  private final List<Integer> ignoredSignals;
  private final Dump dump;
  private final PlanWriter plan;
  private final ClockReaders clockReaders;
  private final TreeMap<Long, PlanDeadline> deadlines = new TreeMap<>();
  private long features;

  CompileThreadsStep(
      Dump dump, PlanWriter plan, ClockReaders clockReaders, CheckpointContext context) {
    portable = context.making().portable();
    ignoredSignals = context.process().ignoredSignals();
    this.dump = dump;
    this.plan = plan;
    this.clockReaders = clockReaders;
  }

  /** The XCR0 bits that some thread uses. */
  long run() throws IOException, ImageException {
    TaskCore task = dump.core(dump.pid()).getTask();
    refuseTimers(task.getTimers());
    addSignals(task.getSigactionsList());
    for (int tid : dump.threadIds()) {
      Core core = withinLevel(resumed(dump.core(tid)));
      boolean main = tid == dump.pid();
      long mask = main ? task.getBlkSigset() : core.getThread().getBlkSigset();
      String name = core.getThread().hasComm() ? core.getThread().getComm() : task.getComm();
      plan.add(new PlanThread(ThreadState.layOut(tid, core, mask, name)));
      features |= ThreadState.featuresOf(core);
      Deadlines.of(core.getThreadInfo().getRegisters()).ifPresent(this::addDeadline);
    }
    for (PlanDeadline deadline : deadlines.values()) {
      plan.add(deadline);
    }
    return features;
  }

  private Core resumed(Core core) throws IOException, ImageException {
    ThreadInfo info = core.getThreadInfo();
    return core.toBuilder()
        .setThreadInfo(info.toBuilder().setRegisters(clockReaders.resume(info.getRegisters())))
        .build();
  }

  /**
   * Without registers that no code of the level reads. HotSpot has written to them when it looked
   * whether the kernel keeps them.
   */
  private Core withinLevel(Core core) {
    if (portable.isEmpty()) {
      return core;
    }
    Core.Builder within = core.toBuilder();
    XSave.Builder xsave = within.getThreadInfoBuilder().getFpRegistersBuilder().getXsaveBuilder();
    xsave.clearOpmaskReg().clearZmmUpper().clearHi16Zmm();
    if (!portable.get().features().contains("avx")) {
      xsave.clearYmmhSpace();
    }
    return within.build();
  }

  /** Two threads may wait for the same timespec. */
  private void addDeadline(PlanDeadline deadline) {
    deadlines.put(deadline.address(), deadline);
  }

  private static void refuseTimers(Timers timers) throws ImageException {
    boolean interval =
        List.of(timers.getReal(), timers.getVirt(), timers.getProf()).stream()
            .anyMatch(timer -> timer.getVsec() != 0 || timer.getVusec() != 0);
    if (interval || timers.getPosixCount() > 0) {
      throw new ImageException(
          "the process has a native timer (setitimer or timer_create; a profiler?), which can't be in an image; stop it before the checkpoint");
    }
  }

  private void addSignals(List<SignalAction> actions) {
    SignalAction quit = actions.get(SIGQUIT - 1);
    int number = 0;
    for (SignalAction each : actions) {
      do {
        number++;
      } while (number == SIGKILL || number == SIGSTOP);
      boolean isInherited = ignoredSignals.contains(number) && each.getSigaction() == SIG_IGN;
      SignalAction action = isInherited && quit.getSigaction() > SIG_IGN ? quit : each;
      plan.add(
          new PlanSignal(
              number,
              action.getSigaction(),
              action.getFlags(),
              action.getRestorer(),
              action.getMask()));
    }
  }
}
