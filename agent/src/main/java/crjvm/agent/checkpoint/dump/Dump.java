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
import crjvm.agent.checkpoint.order.CheckpointSettings;
import crjvm.agent.checkpoint.origin.ApplicationCommand;
import crjvm.agent.checkpoint.origin.Origin;
import crjvm.agent.checkpoint.process.Helper;
import crjvm.agent.checkpoint.process.Remedies;
import crjvm.agent.gate.Gate;
import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import crjvm.agent.message.Messages;
import crjvm.agent.os.CompileQueue;
import crjvm.agent.os.Kernel;
import crjvm.agent.os.OpenFile;
import crjvm.agent.os.ProcessFiles;
import crjvm.agent.os.VmOptions;
import crjvm.agent.portable.PortableJvm;
import crjvm.agent.restore.RestoreRequest;
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
 * The moment of the dump. This thread waits in read(2) for the helper's report; in a restored
 * process the same read finds the restore request instead. Everything that the wait must not meet
 * (children, our own pipes to the helper) is gone by then, and the gate is closed: the
 * application's threads go on in the original after the report, in a restored process after the
 * restore work.
 */
public final class Dump {
  /** The helper's report of a good dump. */
  private static final String GOOD = "D ok";

  /** Documented for the launcher: a restore failed after the point of no return. */
  private static final int RESTORE_FAILED = 123;

  /** Less than the gate waits for one. */
  private static final Duration REHEARSAL_LIMIT = Duration.ofSeconds(5);

  /** For an application that has used up its descriptors. */
  private static final int PUT_BACK_TRIES = 600;

  private static final Duration PUT_BACK_PAUSE = Duration.ofMillis(100);

  /** Rounds of a rehearsal without which compiled code would find other code in every copy. */
  private static final int SETTLING = 5;

  /**
   * What the checks before the dump have found, for the image.
   *
   * @param secrets where the process was given what looks like some
   * @param common what copies have in common
   * @param engineVersion CRIU's
   * @param toClose descriptors that the image is to have nothing in the place of
   */
  public record Facts(
      List<String> secrets, List<String> common, String engineVersion, List<OpenFile> toClose) {}

  /** What is done with the gate closed, so many times. */
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
   * Has this process dumped; returns on both sides.
   *
   * @param isLast whether the gate is still closed in the original, after a good dump
   * @param program files and folders that are crjvm's and the JVM's own business
   * @return the request in a restored process, where it has been applied; empty in the original
   *     after a good dump
   */
  public Optional<RestoreRequest> run(
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
    outside = find(program); // for the first time, with all threads running
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
            rehearsed.run(SETTLING);
            noteOutside(program, folder);
          });
      closed.replace();
      helper.dump(folder.dump(), pipe[1], settings.means().timeLimit());
      // The helper has opened it for itself: without this end, its death is the end of the pipe.
      Kernel.close(pipe[1]);
      pipe[1] = -1;
      Optional<RestoreRequest> request = await(waking, pipe[0], onRestore, opening);
      if (request.isPresent()) {
        streams.forget();
        closed.forget();
        keeper.forget();
        cleaner.setPresent(request.get().perfData());
        if (isReplaced) {
          recreate(perfData.get(), cleaner);
        }
        return request;
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

  /** Behind the gate nothing changes any more: the image is compared with this. */
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

  /** The image has nothing in its place. */
  private boolean isClosed(Path file) {
    return facts.toClose().stream().anyMatch(each -> each.target().equals(file.toString()));
  }

  private static Failure unreadable(IOException e) {
    return new Failure(
        Messages.FAILED,
        "the files that the application uses can't be looked at (" + e.getMessage() + ")",
        "see that /proc is mounted",
        e);
  }

  /** The application's files outside of its image; known after the dump. */
  public List<OutsideFile> outside() {
    return outside;
  }

  /**
   * Has the code of a restore compiled, by running it behind the gate like the rehearsal. What that
   * leaves in the heap is collected before the dump.
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
      RestoreWork.Wake wake = request -> waking.rehearse(request, onRestore, opening);
      long end = System.nanoTime() + REHEARSAL_LIMIT.toNanos();
      work.rehearse(rounds, true, wake);
      long spent;
      do {
        // What the agent itself had compiled since the quiet period would run in every copy.
        CompileQueue.awaitIdle(left(end));
        spent = CompileQueue.spent();
        work.rehearse(SETTLING, false, wake);
        CompileQueue.awaitIdle(left(end));
      } while (spent != CompileQueue.spent() && !left(end).isZero());
      Kernel.trimHeap(); // the compilers have used tens of megabytes
    }
  }

  private static Duration left(long end) {
    return Duration.ofNanos(Math.max(end - System.nanoTime(), 0));
  }

  /**
   * What the collections leave free in the Java heap is the compiler's to leave out: to overwrite
   * it by allocating would take the memory, and might be too much for the heap.
   */
  private void compactMemory() {
    long before = anonymousMemory();
    // Once: a second one would take soft references that were in use before the first for old.
    System.gc();
    Kernel.trimHeap();
    returned = Math.max(0, before - anonymousMemory());
  }

  /** How many bytes collections and trimming have given back to the system. */
  public long returned() {
    return returned;
  }

  /** In bytes; 0 where the kernel does not say. */
  private static long anonymousMemory() {
    try {
      String text = ProcessFiles.status("RssAnon").orElse("0 kB");
      return Long.parseLong(text.replaceAll("\\D", "")) << 10;
    } catch (IOException e) {
      Console.trace(e); // only for messages
      return 0;
    }
  }

  private CheckpointContext context(int request, Optional<PerfData> perfData, List<Region> regions)
      throws IOException {
    ApplicationCommand command = origin.command();
    return new CheckpointContext(
        new CheckpointContext.Process(
            request,
            List.of(), // terminals and pipes on 0, 1, 2 are left out anyway
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

  private static Optional<RestoreRequest> await(
      Waking waking, int fd, Runnable onRestore, Runnable openGate) throws IOException {
    try {
      return waking.await(fd, onRestore, openGate);
    } catch (IOException | RuntimeException | Error e) {
      if (waking.isRequest()) { // there is no way back in a restored process
        Console.setLog(null);
        String cause = e instanceof IOException ? e.getMessage() : e.toString();
        Console.say("restore failed: " + cause + "; start the application without the image");
        Console.trace(e);
        Runtime.getRuntime().halt(RESTORE_FAILED);
      }
      throw e;
    }
  }

  /** The restorer has made no file for counters that were mere memory. */
  private static void recreate(PerfData perfData, PerfDataCleaner cleaner) {
    try {
      PerfData present = perfData.ofThisProcess();
      if (present.recreate()) {
        cleaner.setPresent(Optional.of(present.file().toString()));
      }
    } catch (IOException e) {
      Console.trace(e); // jps does without this process
    }
  }

  /**
   * In the original process. Two descriptors more have to be open for a moment: the pipe's, before
   * the application's threads can take them.
   *
   * @param staysClosed the gate, unless something can't be put back at once
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
              + " ulimit -n, or was its keeper killed?); start the application anew");
    }
    keeper.stop();
    perfData.ifPresent(PerfData::recreate);
  }

  /** Says nothing: the gate may be closed, with a lock on the stream. */
  private boolean restoreDescriptors() {
    boolean isWhole = true;
    try {
      closed.restore();
    } catch (IOException e) {
      isWhole = false; // is tried again
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
