package crjvm.agent.tool;

import crjvm.agent.hook.tool.EndHook;
import crjvm.agent.hook.tool.InitialiserHook;
import crjvm.agent.hook.tool.LoaderHook;
import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import crjvm.agent.os.command.Restart;
import crjvm.agent.os.descriptor.InheritedFiles;
import crjvm.agent.os.jdk.CompileQueue;
import crjvm.agent.os.jdk.DirectoryFiles;
import crjvm.agent.portable.PortableJvm;
import crjvm.agent.tool.state.ShutdownWork;
import crjvm.agent.tool.state.StaticState;
import crjvm.agent.tool.state.StreamObjects;
import crjvm.door.Premain;
import crjvm.image.OwnFiles;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The warm-up of a command-line tool. It runs the main method with given command lines, round by
 * round, until compilation has calmed down. Each run behaves as in its own JVM.
 */
public final class ToolTraining {
  private static final String FAILED = "training failed";
  private static final int MIN_ROUNDS = 3;
  private static final int MAX_ROUNDS = 1000;

  /**
   * The number of consecutive rounds with so little compilation that more rounds would gain
   * nothing.
   */
  private static final int CALM_ROUNDS = 3;

  /** The largest number of left threads. More of them indicate a leak. */
  private static final int THREADS_LIMIT = 20;

  private static final double CALM = 0.05;
  private static final int NAMES = 5;

  private final Instrumentation instrumentation;
  private final String mainClass;
  private final List<TrainingCommand> commands;
  private final Duration limit;
  private final DirectoryFiles directoryFiles;
  private final StaticState state;
  private final InitialiserHook initialisers;
  private final LoaderHook loaders = new LoaderHook();
  private final InheritedFiles inherited = InheritedFiles.look();
  private final List<Thread> left = new ArrayList<>();
  private volatile ShutdownWork shutdown;
  private volatile Ending current;

  private ToolTraining(
      Instrumentation instrumentation,
      String mainClass,
      List<TrainingCommand> commands,
      Duration limit,
      DirectoryFiles directoryFiles) {
    this.instrumentation = instrumentation;
    this.mainClass = mainClass;
    this.commands = commands;
    this.limit = limit;
    this.directoryFiles = directoryFiles;
    state = new StaticState(this::open, ToolTraining.class.getClassLoader());
    initialisers = new InitialiserHook(ToolTraining.class.getClassLoader());
  }

  /**
   * Prepares a training before the application's first class is loaded. The JDK's packages have to
   * be open.
   *
   * @param limit the time after which no other round begins
   * @param directoryFiles gets the application's files that name the folder of a run
   */
  public static ToolTraining prepare(
      Instrumentation instrumentation,
      String mainClass,
      List<TrainingCommand> commands,
      Duration limit,
      DirectoryFiles directoryFiles)
      throws Failure {
    ToolTraining training =
        new ToolTraining(instrumentation, mainClass, commands, limit, directoryFiles);
    try {
      training.initialisers.install(instrumentation, training.state::begin, training.state::end);
      training.loaders.install(instrumentation, new KeptLoaders(training.state::add));
    } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
      throw new Failure(
          "no checkpoint will be made",
          "the initialisation of classes can't be watched (" + e + ")",
          "use a JDK that docs/compatibility.md lists",
          e);
    }
    return training;
  }

  /**
   * Handles a call that would end the JVM.
   *
   * @return the error to throw instead, or null if no training runs
   */
  public Error exiting(int status, boolean halts) {
    Ending ending = current;
    return ending == null ? null : ending.exit(status, halts);
  }

  /** Returns whether there were runs, which leave traces in the JVM. */
  public boolean hasBegun() {
    return shutdown != null;
  }

  /**
   * Starts the command again in place without the agent, so that the user's run is not affected by
   * traces of other runs. It does not return.
   *
   * @param agent the agent's jar
   * @param arguments the number of the application's arguments
   * @throws IOException it failed, and the process is unchanged
   */
  public void startAgain(Path agent, int arguments) throws IOException {
    Restart restart = Restart.ofThisProcess();
    restart.removeInserted(
        PortableJvm.inserted(ManagementFactory.getRuntimeMXBean().getInputArguments()));
    boolean isOnCommandLine =
        restart.removeOptions(arguments, option -> ShownCommand.isAgent(option, agent));
    if (!isOnCommandLine) { // it is in a file, or in one of the JVM's variables
      restart.setVariable(Premain.OFF, Long.toString(ProcessHandle.current().pid()));
    }
    shutdown.deleteKeptFiles();
    restart.execute(inherited);
  }

  /**
   * Runs the training in the thread that is about to run main. The JDK's private packages have to
   * be open.
   */
  public void run() throws Failure, InterruptedException {
    try {
      runAll();
    } catch (IOException | ReflectiveOperationException | RuntimeException e) {
      throw new Failure(
          FAILED, "the runs could not be prepared (" + e + ")", "set CRJVM_DEBUG=1 for more", e);
    } finally {
      current = null;
      initialisers.remove(instrumentation);
      loaders.remove(instrumentation);
      EndHook.remove(instrumentation);
      state.close();
    }
  }

  private void runAll()
      throws Failure, IOException, ReflectiveOperationException, InterruptedException {
    Method main = main();
    EndHook.install(instrumentation);
    shutdown = new ShutdownWork();
    state.watch(shutdown);
    StreamObjects streams = new StreamObjects();
    Path place = Files.createTempDirectory("crjvm-training-");
    Console.say(
        "training: " + commands.size() + " command lines, at most " + limit.toSeconds() + " s");
    int rounds = 0;
    try {
      long start = System.nanoTime();
      for (int calm = 0; calm < CALM_ROUNDS && rounds < MAX_ROUNDS; rounds++) {
        long begin = System.nanoTime();
        boolean isLate = rounds >= MIN_ROUNDS && begin - start > limit.toNanos();
        if (isLate || left.size() > THREADS_LIMIT) {
          break;
        }
        long spent = CompileQueue.spent();
        for (TrainingCommand command : commands) {
          run(main, command, place.resolve("work"), streams);
        }
        double compilation = (CompileQueue.spent() - spent) * 1e6;
        calm = compilation < CALM * (System.nanoTime() - begin) ? calm + 1 : 0;
      }
      directoryFiles.find(state.objects(), place.toRealPath().resolve("work"));
      directoryFiles.follow(System.getProperty("user.dir"));
    } finally {
      OwnFiles.delete(place);
    }
    Console.say("training: " + rounds + " rounds done");
    report(state.lost());
    reportThreads();
  }

  private void run(Method main, TrainingCommand command, Path folder, StreamObjects streams)
      throws Failure, IOException, ReflectiveOperationException, InterruptedException {
    TrainingRun run = new TrainingRun(main, command, state);
    WorkFolder.make(command, folder);
    try {
      current = run.ending();
      run.run(folder, streams, shutdown);
    } finally {
      current = null;
      state.bringBack();
      left.addAll(run.left());
      left.removeIf(thread -> !thread.isAlive());
      OwnFiles.delete(folder);
    }
  }

  private Method main() throws ReflectiveOperationException {
    Class<?> type = Class.forName(mainClass, false, ClassLoader.getSystemClassLoader());
    Method main = type.getDeclaredMethod("main", String[].class);
    open(type);
    main.setAccessible(true);
    return main;
  }

  /** Opens the package, because packages of named modules are closed to the agent, too. */
  private void open(Class<?> type) {
    Module module = type.getModule();
    Module own = ToolTraining.class.getModule();
    String name = type.getPackageName();
    if (module.isNamed() && !module.isOpen(name, own)) {
      instrumentation.redefineModule(
          module, Set.of(), Map.of(), Map.of(name, Set.of(own)), Set.of(), Map.of());
    }
  }

  private void reportThreads() {
    List<String> names =
        left.stream().filter(Thread::isAlive).map(ToolTraining::name).distinct().toList();
    if (!names.isEmpty()) {
      Console.say(
          "threads of training runs that go on in the image: "
              + String.join(", ", names.subList(0, Math.min(NAMES, names.size())))
              + (names.size() > NAMES ? " and " + (names.size() - NAMES) + " more" : "")
              + "; the self-check will tell whether it matters");
    }
  }

  /** Returns the name. Most virtual threads have none. */
  private static String name(Thread thread) {
    return thread.getName().isEmpty() ? "a virtual thread" : thread.getName();
  }

  private static void report(Set<String> lost) {
    if (!lost.isEmpty()) {
      List<String> names = lost.stream().limit(NAMES).toList();
      Console.say(
          "static state that can't be brought back after a training run: "
              + String.join(", ", names)
              + (lost.size() > NAMES ? " and " + (lost.size() - NAMES) + " more" : "")
              + "; the self-check will tell whether it matters");
    }
  }
}
