package crjvm.image.compile.thread;

import crjvm.image.CheckpointContext;
import crjvm.image.ImageException;
import crjvm.image.arch.CpuLevel;
import crjvm.image.arch.DumpedThread;
import crjvm.image.dump.Dump;
import crjvm.image.dump.ProcessMemory;
import crjvm.image.dump.proto.Core;
import crjvm.image.dump.proto.SignalAction;
import crjvm.image.dump.proto.TaskCore;
import crjvm.image.dump.proto.Timers;
import crjvm.image.plan.PlanDeadline;
import crjvm.image.plan.PlanSignal;
import crjvm.image.plan.PlanThread;
import crjvm.image.plan.PlanWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Adds the threads with their registers, the process's signal actions, and the deadlines for which
 * threads wait in the kernel.
 */
public final class CompileThreadsStep {
  private static final int SIGKILL = 9;
  private static final int SIGSTOP = 19;

  /**
   * The signal that makes HotSpot print its threads. Its handler is the same as that of the signals
   * that end the JVM.
   */
  private static final int SIGQUIT = 3;

  private static final long SIG_IGN = 1;

  private final Optional<CpuLevel> portable;
  private final List<Integer> ignoredSignals;
  private final Dump dump;
  private final ProcessMemory memory;
  private final PlanWriter plan;
  private final ClockReaders clockReaders;
  private final TreeMap<Long, PlanDeadline> deadlines = new TreeMap<>();

  public CompileThreadsStep(
      Dump dump,
      ProcessMemory memory,
      PlanWriter plan,
      ClockReaders clockReaders,
      CheckpointContext context) {
    portable = context.making().portable().map(CpuLevel::valueOf);
    ignoredSignals = context.process().ignoredSignals();
    this.dump = dump;
    this.memory = memory;
    this.plan = plan;
    this.clockReaders = clockReaders;
  }

  /** Adds everything and returns the threads as the plan has them. */
  public List<Core> run() throws IOException, ImageException {
    TaskCore task = dump.core(dump.pid()).getTask();
    refuseTimers(task.getTimers());
    addSignals(task.getSigactionsList());
    List<Core> threads = new ArrayList<>();
    for (int tid : dump.threadIds()) {
      DumpedThread dumped = dump.thread(tid).interrupted(memory::readCode);
      DumpedThread thread = withinLevel(clockReaders.resume(dumped));
      Core core = thread.core();
      boolean main = tid == dump.pid();
      long mask = main ? task.getBlkSigset() : core.getThread().getBlkSigset();
      String name = core.getThread().hasComm() ? core.getThread().getComm() : task.getComm();
      plan.add(new PlanThread(ThreadState.layOut(dump.machine(), tid, thread, mask, name)));
      threads.add(core);
      Deadlines.of(thread.systemCall(memory::readCode)).ifPresent(this::addDeadline);
    }
    for (PlanDeadline deadline : deadlines.values()) {
      plan.add(deadline);
    }
    return threads;
  }

  /**
   * Removes registers that no code of the level reads. HotSpot has written to them to check whether
   * the kernel preserves them.
   */
  private DumpedThread withinLevel(DumpedThread thread) {
    return portable.map(thread::withinLevel).orElse(thread);
  }

  /** Adds a deadline once, as two threads may wait for the same timespec. */
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
              dump.machine().restorer(action),
              action.getMask()));
    }
  }
}
