package crjvm.agent.checkpoint.dump;

import crjvm.agent.checkpoint.aside.AttachSocket;
import crjvm.agent.checkpoint.aside.ClosedDescriptors;
import crjvm.agent.checkpoint.aside.DeletedMappings;
import crjvm.agent.checkpoint.aside.Keeper;
import crjvm.agent.checkpoint.aside.PerfData;
import crjvm.agent.checkpoint.aside.PerfDataCleaner;
import crjvm.agent.checkpoint.aside.StandardStreams;
import crjvm.agent.checkpoint.folder.PartialFolder;
import crjvm.agent.checkpoint.folder.Unfinished;
import crjvm.agent.checkpoint.obstacle.ChildProcesses;
import crjvm.agent.checkpoint.order.CheckpointSettings;
import crjvm.agent.checkpoint.origin.ApplicationCommand;
import crjvm.agent.checkpoint.origin.Origin;
import crjvm.agent.checkpoint.process.Helper;
import crjvm.agent.checkpoint.process.Remedies;
import crjvm.agent.gate.Gate;
import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import crjvm.agent.message.Messages;
import crjvm.agent.os.jdk.CompileQueue;
import crjvm.agent.os.jdk.VmOptions;
import crjvm.agent.os.jna.Kernel;
import crjvm.agent.os.process.OpenFile;
import crjvm.agent.os.process.ProcessFiles;
import crjvm.agent.portable.PortableJvm;
import crjvm.agent.restore.RestoreMessage;
import crjvm.agent.restore.RestoreWork;
import crjvm.image.CheckpointContext;
import crjvm.image.CheckpointContext.Region;
import crjvm.image.OutsideFile;
import crjvm.image.Setting;
import crjvm.image.StaleFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * The dump itself. This thread waits in read(2) for the helper's report. In a restored process, the
 * same read returns the restore message instead. While the thread waits, there must be no child
 * process and no pipe to the helper, and the gate is closed. The application's threads continue
 * after the report in the original process, and after the restore work in a restored one.
 */
public final class Dump {
  /** The helper's report of a successful dump. */
  private static final String GOOD = "D ok";

  /**
   * The exit status of a restore that failed after the point of no return, as documented for the
   * launcher.
   */
  private static final int RESTORE_FAILED = 123;

  private static final Duration MARKING_LIMIT = Duration.ofSeconds(10);

  /** With the limit of a rehearsal, it is shorter than the time that the gate waits for both. */
  private static final Duration CHILD_LIMIT = Duration.ofSeconds(1);

  /** The limit of a rehearsal, which is shorter than the time that the gate waits for it. */
  private static final Duration REHEARSAL_LIMIT = Duration.ofSeconds(5);

  /**
   * The number of tries to put descriptors back, in case the application has used up its
   * descriptors.
   */
  private static final int PUT_BACK_TRIES = 600;

  private static final Duration PUT_BACK_PAUSE = Duration.ofMillis(100);

  /**
   * The number of rounds at the end of a rehearsal. In these rounds compiled code finds its
   * callees, which it would otherwise have to find in every copy.
   */
  private static final int SETTLING = 5;

  /**
   * The results of the checks before the dump, for the image.
   *
   * @param secrets the places of values that look like secrets
   * @param common the values that copies have in common
   * @param engineVersion CRIU's version
   * @param toClose the descriptors that must be closed in the image
   */
  public record Facts(
      List<String> secrets, List<String> common, String engineVersion, List<OpenFile> toClose) {}

  /** An action that runs a number of times with the gate closed. */
  private interface Rehearsed {
    void run(int rounds) throws Failure, InterruptedException;
  }

  private final CheckpointSettings settings;
  private final Origin origin;
  private final Facts facts;
  private final Unfinished unfinished;
  private final Keeper keeper = new Keeper();
  private final StandardStreams streams;
  private final ClosedDescriptors closed;
  private final PerfDataCleaner cleaner;
  private final Gate gate;
  private List<OutsideFile> outside = List.of();
  private long returned;

  public Dump(
      CheckpointSettings settings,
      Origin origin,
      Facts facts,
      Unfinished unfinished,
      PerfDataCleaner cleaner,
      Gate gate) {
    this.settings = settings;
    this.origin = origin;
    this.facts = facts;
    this.unfinished = unfinished;
    this.cleaner = cleaner;
    this.gate = gate;
    streams = new StandardStreams(keeper);
    closed = new ClosedDescriptors(keeper, facts.toClose());
  }

  /**
   * Dumps this process, and returns in the original and in restored processes.
   *
   * @param program files and folders that belong to crjvm and the JVM
   * @param isLast whether the gate stays closed in the original process after a successful dump
   * @return the message in a restored process, where it has been applied; empty in the original
   *     after a successful dump
   */
  public Optional<RestoreMessage> run(
      PartialFolder folder, List<Path> program, Helper helper, RestoreWork work, boolean isLast)
      throws Failure, InterruptedException {
    Gate.Opening opening = gate.opening();
    Runnable onRestore =
        () -> {
          unfinished.clear();
          settings.tracked().files().setProtected(settings.rules().stale() != StaleFiles.IGNORE);
        };
    Rehearsed rehearsed =
        rounds -> {
          try {
            opening.setRehearsed(true);
            rehearse(rounds, work, onRestore, opening);
          } finally {
            opening.setRehearsed(false);
            unfinished.set(folder);
            settings.tracked().files().setProtected(false);
          }
        };
    warmUp(rehearsed);
    work.release();
    outside = find(program); // The first search runs while all threads are running.
    List<Region> regions = JvmRegions.find();
    compactMemory();
    int[] pipe = {-1, -1};
    String report;
    Optional<PerfData> perfData = Optional.empty();
    try (Waking waking = new Waking(work)) {
      perfData = PerfData.find();
      cleaner.remember(perfData);
      pipe = Kernel.pipe();
      closed.prepare(folder.path());
      streams.park(folder.path());
      if (perfData.isPresent()) {
        perfData.get().unlink();
      }
      boolean isReplaced = DeletedMappings.replace(perfData);
      Optional<PerfData> dumped = isReplaced ? Optional.empty() : perfData;
      context(pipe[0], dumped, regions).store(folder.context());
      AttachSocket.unlink();
      Kernel.allowTracing(true);
      gate.close(
          () -> {
            // The application may have started one since the check before the dump.
            ChildProcesses.awaitEnd(CHILD_LIMIT);
            noteOutside(program, folder);
            // This comes last, because it waits for the JIT compilers.
            rehearsed.run(SETTLING);
          });
      closed.replace();
      helper.dump(folder.dump(), pipe[1], settings.means().timeLimit());
      // The helper has opened the pipe itself. As this end is closed, the pipe ends if the helper
      // dies.
      Kernel.close(pipe[1]);
      pipe[1] = -1;
      Optional<RestoreMessage> message = await(waking, pipe[0], onRestore, opening);
      if (message.isPresent()) {
        streams.forget();
        closed.forget();
        keeper.forget();
        cleaner.setPresent(message.get().perfData());
        if (isReplaced) {
          recreate(perfData.get(), cleaner);
        }
        return message;
      }
      report = waking.report();
    } catch (IOException e) {
      putBack(pipe, perfData, false);
      throw new Failure(
          Messages.FAILED,
          "the dump could not be prepared (" + e.getMessage() + ")",
          "set CRJVM_DEBUG=1 for more",
          e);
    } catch (Failure | InterruptedException | RuntimeException | Error e) {
      putBack(pipe, perfData, false);
      throw e;
    }
    putBack(pipe, perfData, isLast && report.equals(GOOD));
    checkReport(report);
    return Optional.empty();
  }

  /**
   * Stores the state of the files outside of the image. The gate is closed, so they do not change
   * any more. A start compares them with this state.
   */
  private void noteOutside(List<Path> program, PartialFolder folder) throws Failure {
    outside = find(program);
    try {
      OutsideFile.store(outside, folder.outside());
      Setting.store(
          settings.tracked().known().find(origin.command().arguments()), folder.settings());
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private List<OutsideFile> find(List<Path> program) throws Failure {
    try {
      return settings
          .tracked()
          .files()
          .find(program, path -> settings.rules().descriptors().mayChange(path) || isClosed(path));
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /** Returns whether the policies close this file, so that the image does not contain it. */
  private boolean isClosed(Path file) {
    return facts.toClose().stream().anyMatch(each -> each.target().equals(file.toString()));
  }

  private static Failure unreadable(IOException e) {
    return new Failure(
        Messages.FAILED,
        "the files that the application uses can't be inspected (" + e.getMessage() + ")",
        "see that /proc is mounted",
        e);
  }

  /** Returns the application's files outside of the image. They are known after the dump. */
  public List<OutsideFile> outside() {
    return outside;
  }

  /**
   * Runs the restore code behind the gate as in a rehearsal, so that the JVM compiles it. The
   * garbage that this leaves is collected before the dump.
   */
  private void warmUp(Rehearsed rehearsed) throws Failure, InterruptedException {
    try {
      gate.close(() -> rehearsed.run(RestoreWork.WARM));
    } finally {
      gate.open();
      gate.release();
    }
  }

  private static void rehearse(int rounds, RestoreWork work, Runnable onRestore, Runnable opening)
      throws Failure, InterruptedException {
    try (Waking waking = new Waking(work)) {
      RestoreWork.Wake wake = message -> waking.rehearse(message, onRestore, opening);
      long end = System.nanoTime() + REHEARSAL_LIMIT.toNanos();
      work.rehearse(rounds, true, wake);
      long spent;
      do {
        // Code that the agent has queued for compilation since the quiet period would otherwise be
        // compiled in every copy.
        CompileQueue.awaitIdle(left(end));
        spent = CompileQueue.spent();
        work.rehearse(SETTLING, false, wake);
        CompileQueue.awaitIdle(left(end));
      } while (spent != CompileQueue.spent() && !left(end).isZero());
      Kernel.trimHeap(); // The compilers have used tens of megabytes.
    }
  }

  private static Duration left(long end) {
    return Duration.ofNanos(Math.max(end - System.nanoTime(), 0));
  }

  /**
   * Returns unused memory to the system. The compiler leaves out free space in the Java heap. To
   * overwrite this space by allocating objects would cost memory, and perhaps more than the heap
   * has.
   */
  private void compactMemory() throws InterruptedException {
    long before = anonymousMemory();
    // There is mostly only one collection, because a second one would consider soft references old
    // that were in use before the first.
    System.gc();
    if (EarlyMarking.run(MARKING_LIMIT)) {
      // G1 would empty old regions next, in a long pause of each copy. A full collection ends that,
      // but it may be time to mark again then. Marking is done only if no soft reference is old.
      System.gc();
      EarlyMarking.run(MARKING_LIMIT);
    }
    EntryBarriers.open();
    Kernel.trimHeap();
    returned = Math.max(0, before - anonymousMemory());
  }

  /** Returns the number of bytes that collection and trimming have returned to the system. */
  public long returned() {
    return returned;
  }

  /** Returns the anonymous memory in bytes, or 0 if the kernel does not report it. */
  private static long anonymousMemory() {
    try {
      String text = ProcessFiles.status("RssAnon").orElse("0 kB");
      return Long.parseLong(text.replaceAll("\\D", "")) << 10;
    } catch (IOException e) {
      Console.trace(e); // The number is only for messages.
      return 0;
    }
  }

  private CheckpointContext context(int message, Optional<PerfData> perfData, List<Region> regions)
      throws IOException {
    ApplicationCommand command = origin.command();
    return new CheckpointContext(
        new CheckpointContext.Process(
            message,
            List.of(), // Terminals and pipes on 0, 1 and 2 are left out anyway.
            IgnoredSignals.find(),
            regions,
            perfData.map(PerfData::file),
            origin.image()),
        new CheckpointContext.Command(
            command.vm(), command.main(), command.arguments(), Path.of("").toAbsolutePath()),
        new CheckpointContext.Runtime(
            Path.of(System.getProperty("java.home")),
            System.getProperty("java.vm.version")
                + " ("
                + System.getProperty("java.vm.vendor")
                + ")",
            origin.classPath(),
            List.of(settings.means().jar()),
            VmOptions.ofThisJvm().manageable()),
        new CheckpointContext.Making(
            facts.engineVersion(),
            settings.warmth().point(),
            settings.warmth().urls(),
            settings.tracked().portable().map(PortableJvm::level).map(Enum::name)),
        new CheckpointContext.Risks(facts.secrets(), facts.common(), settings.rules().stale()));
  }

  private static Optional<RestoreMessage> await(
      Waking waking, int fd, Runnable onRestore, Runnable openGate) throws IOException {
    try {
      return waking.await(fd, onRestore, openGate);
    } catch (IOException | RuntimeException | Error e) {
      if (waking.isRestored()) { // A restored process can't fall back.
        Console.setLog(null);
        String cause = e instanceof IOException ? e.getMessage() : e.toString();
        Console.say("restore failed: " + cause + "; start the application without the image");
        Console.trace(e);
        Runtime.getRuntime().halt(RESTORE_FAILED);
      }
      throw e;
    }
  }

  /**
   * Makes the file of counters, which were plain memory in the dump, so that the restorer made no
   * file for them.
   */
  private static void recreate(PerfData perfData, PerfDataCleaner cleaner) {
    try {
      PerfData present = perfData.ofThisProcess();
      if (present.recreate()) {
        cleaner.setPresent(Optional.of(present.file().toString()));
      }
    } catch (IOException e) {
      Console.trace(e); // jps does not show this process.
    }
  }

  /**
   * Restores the descriptors in the original process. This needs two more descriptors for a moment.
   * They are those of the pipe, which is closed first, before the application's threads can take
   * its numbers.
   *
   * @param staysClosed whether the gate stays closed, unless a descriptor can't be put back at once
   */
  private void putBack(int[] pipe, Optional<PerfData> perfData, boolean staysClosed) {
    for (int fd : pipe) {
      if (fd >= 0) {
        Kernel.close(fd);
      }
    }
    boolean isWhole = restoreDescriptors();
    if (!staysClosed || !isWhole) {
      gate.open();
    }
    Kernel.allowTracing(false);
    for (int i = 0; i < PUT_BACK_TRIES && !isWhole && keeper.isAlive(); i++) {
      LockSupport.parkNanos(PUT_BACK_PAUSE.toNanos());
      isWhole = restoreDescriptors();
    }
    if (!isWhole) {
      Console.say(
          "descriptors that were set aside for the checkpoint can't be put back (are too many open,"
              + " ulimit -n, or was its keeper killed?); start the application again");
    }
    keeper.stop();
    perfData.ifPresent(PerfData::recreate);
  }

  /**
   * Puts descriptors back. It prints nothing, because the gate may be closed and a stopped thread
   * may hold the lock of the stream.
   */
  private boolean restoreDescriptors() {
    boolean isWhole = true;
    try {
      closed.restore();
    } catch (IOException e) {
      isWhole = false; // The caller tries again.
    }
    try {
      streams.restore();
    } catch (IOException e) {
      isWhole = false;
    }
    return isWhole;
  }

  private static void checkReport(String report) throws Failure {
    if (report.equals(GOOD)) {
      return;
    }
    String prefix = "D error: ";
    throw Remedies.failure(
        report.startsWith(prefix)
            ? report.substring(prefix.length())
            : "the helper ended without a report" + (report.isEmpty() ? "" : ": " + report));
  }
}
