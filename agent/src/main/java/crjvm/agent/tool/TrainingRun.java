package crjvm.agent.tool;

import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import crjvm.agent.os.jdk.WorkingDirectory;
import crjvm.agent.os.jna.Kernel;
import crjvm.agent.os.process.NativeEncoding;
import crjvm.agent.tool.state.JvmSettings;
import crjvm.agent.tool.state.NameCounters;
import crjvm.agent.tool.state.ShutdownWork;
import crjvm.agent.tool.state.StandardDescriptors;
import crjvm.agent.tool.state.StaticState;
import crjvm.agent.tool.state.StreamObjects;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** One run of the application's main method that behaves as in its own JVM. */
final class TrainingRun {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Duration HOOKS_LIMIT = Duration.ofSeconds(20);
  private static final Duration END_LIMIT = Duration.ofSeconds(2);
  private static final int POLL_MS = 20;

  private final Method main;
  private final TrainingCommand command;
  private final StaticState state;
  private final Ending ending = new Ending();
  private List<Thread> left = List.of();
  private volatile String fault;
  private volatile Throwable uncaught;

  TrainingRun(Method main, TrainingCommand command, StaticState state) {
    this.state = state;
    this.main = main;
    this.command = command;
  }

  /** Returns the threads that continue after the run. */
  List<Thread> left() {
    return left;
  }

  Ending ending() {
    return ending;
  }

  /**
   * Runs the command in a folder.
   *
   * @throws Failure it does not end, or leaves threads that would keep a JVM from ending
   */
  void run(Path folder, StreamObjects streams, ShutdownWork shutdown)
      throws IOException, ReflectiveOperationException, InterruptedException, Failure {
    byte[] before = Kernel.workingDirectory();
    WorkingDirectory directory = new WorkingDirectory();
    byte[] seen = directory.path();
    LeftThreads threads = new LeftThreads();
    JvmSettings settings = new JvmSettings();
    NameCounters counters = new NameCounters();
    streams.flush();
    StandardDescriptors descriptors =
        new StandardDescriptors(command.input().orElse(Path.of("/dev/null")));
    try {
      enter(folder, directory);
      runMain(threads, shutdown);
    } finally {
      streams.flush();
      streams.bringBack();
      descriptors.close();
      settings.bringBack(state.properties());
      counters.bringBack();
      if (before != null) {
        Kernel.changeWorkingDirectory(Path.of(new String(before, NativeEncoding.CHARSET)));
        directory.set(seen, before);
      }
    }
    if (uncaught != null) {
      Console.trace(uncaught);
    }
    if (fault != null) {
      throw failure(fault);
    }
  }

  private static void enter(Path folder, WorkingDirectory directory)
      throws IOException, IllegalAccessException {
    Kernel.changeWorkingDirectory(folder);
    byte[] path = Kernel.workingDirectory();
    directory.set(path, path);
  }

  private void runMain(LeftThreads threads, ShutdownWork shutdown)
      throws InterruptedException, ReflectiveOperationException {
    Thread thread = new Thread(this::invoke, "main");
    thread.setDaemon(false);
    thread.start();
    boolean isOver = awaitEnd(thread) && threads.awaitOthers(ending, LIMIT);
    if (!isOver) {
      fault = "did not end within " + LIMIT.toSeconds() + " s";
    }
    if (!shutdown.run(ending.halts(), HOOKS_LIMIT) && fault == null) {
      fault = "has shutdown hooks that did not end within " + HOOKS_LIMIT.toSeconds() + " s";
    }
    List<String> names =
        threads.end(END_LIMIT, state::keeps).stream().map(Thread::getName).toList();
    left = threads.left();
    if (!names.isEmpty() && fault == null) {
      fault = "left threads behind that do not end: " + String.join(", ", names);
    }
  }

  /** Waits for the end of main or for a call that ends the JVM. */
  private boolean awaitEnd(Thread thread) throws InterruptedException {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (thread.isAlive() && !ending.isExit()) {
      thread.join(POLL_MS);
      if (System.nanoTime() - end > 0) {
        return false;
      }
    }
    return true;
  }

  private void invoke() {
    try {
      main.invoke(null, (Object) command.arguments().toArray(new String[0]));
    } catch (InvocationTargetException e) {
      uncaught = e.getCause();
      TrainingRun.<RuntimeException>rethrow(uncaught);
    } catch (IllegalAccessException e) {
      fault = "could not be started (" + e.getMessage() + ")";
    }
  }

  /** Throws the exception unchanged, so that the handlers of uncaught exceptions get it. */
  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void rethrow(Throwable thrown) throws T {
    throw (T) thrown;
  }

  private Failure failure(String what) {
    return new Failure(
        "training failed",
        "the command line "
            + command.line()
            + " (\""
            + String.join(" ", command.arguments())
            + "\") "
            + what,
        "run it by hand to see why, or leave it out");
  }
}
