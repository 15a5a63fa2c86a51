package crjvm.agent;

import crjvm.agent.checkpoint.Checkpointer;
import crjvm.agent.connection.Connections;
import crjvm.agent.file.OutsideFiles;
import crjvm.agent.hook.LaunchHook;
import crjvm.agent.hook.MainEnterHook;
import crjvm.agent.hook.MethodExitHook;
import crjvm.agent.hook.ProcessHandleHook;
import crjvm.agent.hook.ProcessIdTextHook;
import crjvm.agent.identity.Identities;
import crjvm.agent.management.PlatformBean;
import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import crjvm.agent.options.OptionParser;
import crjvm.agent.options.Options;
import crjvm.agent.options.WarmPoint;
import crjvm.agent.options.WarmUp;
import crjvm.agent.os.JdkModules;
import crjvm.agent.os.NativeAccess;
import crjvm.agent.policy.Policies;
import crjvm.agent.portable.PortableJvm;
import crjvm.agent.randomness.Randomness;
import crjvm.agent.restore.ProcessIdTexts;
import crjvm.agent.session.CacheEntry;
import crjvm.agent.session.Series;
import crjvm.agent.session.ServerNote;
import crjvm.agent.session.Session;
import crjvm.agent.setting.KnownSettings;
import crjvm.agent.tool.ShownCommand;
import crjvm.agent.tool.ToolTraining;
import crjvm.agent.tool.TrainingFile;
import crjvm.crac.CheckpointException;
import crjvm.crac.RestoreException;
import crjvm.entry.Agent;
import crjvm.entry.IsolatedClassLoader;
import crjvm.request.RequestFolder;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * The agent: waits for the warm point in the way that the options ask for, then leads the
 * application through its checkpoint.
 */
public final class CheckpointAgent implements Agent {
  private static final String CRAC_POLICIES = "jdk.crac.resource-policies";

  private final AtomicBoolean isAsked = new AtomicBoolean();
  private final AtomicBoolean isReached = new AtomicBoolean();
  private Optional<CacheEntry> entry = Optional.empty();
  private final AtomicBoolean hasSeries = new AtomicBoolean();
  private volatile boolean isMade;
  private List<String> untracked = List.of();
  private Options options;
  private Optional<ToolTraining> training = Optional.empty();
  private BooleanSupplier hasMain = () -> false;
  private Instrumentation instrumentation;
  private Session session;
  private OutsideFiles files;
  private KnownSettings settings;
  private Checkpointer checkpointer;

  @Override
  public boolean start(String text, Instrumentation instrumentation) {
    try {
      Options parsed = OptionParser.parse(text);
      entry = parsed.entry().map(CacheEntry::new);
      entry.ifPresent(CacheEntry::open);
      Checkpointer.checkPlace(parsed.image().toAbsolutePath().normalize(), parsed.keep());
      start(parsed, instrumentation);
    } catch (Failure failure) {
      session = null;
      Console.report(failure);
      entry.ifPresent(each -> each.refuse(failure.getMessage()));
    }
    return session != null;
  }

  private void start(Options parsed, Instrumentation instrumentation) throws Failure {
    this.instrumentation = instrumentation;
    Platform.check();
    PlatformBean.install(instrumentation);
    Path image = parsed.image().toAbsolutePath().normalize();
    NativeAccess access = new NativeAccess(image);
    if (NativeAccess.mustOpenEarly() || parsed.portable().isPresent()) {
      access.open(instrumentation);
    }
    Optional<PortableJvm> portable = portable(parsed, instrumentation);
    Optional<Randomness> randomness = randomness(parsed, instrumentation);
    Optional<Identities> identities = identities(parsed, instrumentation);
    Policies policies = policies(parsed);
    Connections connections = connections(instrumentation);
    // The agent reads its own files before this, or they are left out.
    files = files(instrumentation);
    files.leaveOut(image);
    parsed.entry().ifPresent(each -> files.leaveOut(each.toAbsolutePath().getParent()));
    parsed.trainingFile().ifPresent(each -> files.leaveOut(each.toAbsolutePath()));
    settings = settings(instrumentation);
    checkpointer =
        checkpointer(
            parsed,
            image,
            portable,
            randomness,
            identities,
            policies,
            connections,
            files,
            settings);
    training = training(parsed, instrumentation);
    session =
        new Session(
            parsed,
            checkpointer,
            () -> access.open(instrumentation),
            training,
            connections,
            files,
            settings);
    options = parsed;
    watch(instrumentation);
    ProcessIdTextHook.install(instrumentation);
    ProcessHandleHook.install(
        instrumentation,
        why -> Console.say("compiled code may have the process id of the checkpoint: " + why));
    Runtime.getRuntime().addShutdownHook(new ExitHook());
  }

  @Override
  public boolean attach(String text, Instrumentation instrumentation) {
    if (text.startsWith(RequestFolder.OPTION)) {
      // The asking side finds out for itself when the folder can't be found from here.
      RequestFolder.take(text).ifPresent(folder -> take(folder, instrumentation));
      return session != null;
    }
    if (session == null) {
      return start(text, instrumentation);
    }
    Console.say(
        "the agent is in this JVM already; use crjvm checkpoint PID to ask it for an image");
    return true;
  }

  /** Who asks for an image knows better than {@code at=auto}; a copy is not to make another. */
  private void forgetWarmPoint() {
    if (options.at() instanceof WarmPoint.Auto && options.every().isEmpty()) {
      isAsked.set(true);
    }
  }

  /** One after the other: the JVM has one thread for those who attach. */
  private void take(RequestFolder folder, Instrumentation instrumentation) {
    isReached.set(true); // whatever comes of it, the user knows
    try {
      if (session == null) {
        Latecomer latecomer = Latecomer.look(instrumentation);
        start(Options.onRequest(), instrumentation);
        latecomer.report();
        untracked = latecomer.lines();
      }
      files.leaveOut(folder.path());
      new RequestThread(folder, session, untracked, this::forgetWarmPoint).start();
    } catch (Failure failure) {
      session = null;
      Console.report(failure);
      folder.answer(new RequestFolder.Answer(false, List.of(failure.getMessage())));
    }
  }

  private static Optional<ToolTraining> training(Options options, Instrumentation instrumentation)
      throws Failure {
    if (options.trainingFile().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        ToolTraining.prepare(
            instrumentation,
            mainClass(),
            TrainingFile.read(options.trainingFile().get()),
            options.trainingLimit()));
  }

  private static String mainClass() throws Failure {
    String mainClass = MainEnterHook.mainClass(System.getProperty("sun.java.command", ""));
    if (mainClass == null) {
      throw new Failure(
          "no checkpoint will be made",
          "the main class can't be told from \"" + System.getProperty("sun.java.command") + "\"",
          "use at=method:CLASS#METHOD");
    }
    return mainClass;
  }

  /** May start the process again, in place. */
  private static Optional<PortableJvm> portable(Options options, Instrumentation instrumentation)
      throws Failure {
    if (options.portable().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(PortableJvm.ensure(options.portable().get(), isStarting(), instrumentation));
  }

  /** In the thread that is about to call the application's main method; another one attached us. */
  private static boolean isStarting() {
    return Thread.currentThread().getName().equals("main");
  }

  /** Without the option those of CRaC count, for applications that have them. */
  private static Policies policies(Options options) throws Failure {
    if (options.policies().isPresent()) {
      return Policies.load(options.policies().get());
    }
    String file = System.getProperty(CRAC_POLICIES);
    return file == null || file.isEmpty() ? Policies.NONE : Policies.load(Path.of(file));
  }

  /** What is made before this goes unnoticed, so it can't wait for the checkpoint. */
  private static Optional<Randomness> randomness(Options options, Instrumentation instrumentation)
      throws Failure {
    if (!options.reseed()) {
      return Optional.empty();
    }
    try {
      JdkModules.open(instrumentation);
    } catch (RuntimeException e) {
      throw new Failure(
          "no checkpoint will be made",
          "this JDK does not let crjvm into its packages (" + e + ")",
          "use a JDK that docs/compatibility.md lists, or the option reseed=off",
          e);
    }
    return Optional.of(Randomness.track(instrumentation));
  }

  /** Libraries make their ids early, as they do random numbers: these are noted from the start. */
  private static Optional<Identities> identities(Options options, Instrumentation instrumentation) {
    return options.reseed() ? Optional.of(Identities.track(instrumentation)) : Optional.empty();
  }

  /** As with random numbers, except that a checkpoint can do without. */
  private static Connections connections(Instrumentation instrumentation) {
    try {
      JdkModules.open(instrumentation);
      return Connections.track(instrumentation);
    } catch (RuntimeException e) {
      Console.trace(e);
      return Connections.untracked(instrumentation);
    }
  }

  /** The same. */
  private static OutsideFiles files(Instrumentation instrumentation) {
    try {
      JdkModules.open(instrumentation);
      return OutsideFiles.track(instrumentation);
    } catch (RuntimeException e) {
      Console.trace(e);
      return OutsideFiles.untracked();
    }
  }

  /** The same. */
  private static KnownSettings settings(Instrumentation instrumentation) {
    String agent = jar().toString();
    try {
      JdkModules.open(instrumentation);
      return isStarting()
          ? KnownSettings.track(instrumentation, agent)
          : KnownSettings.trackFromNowOn(instrumentation, agent);
    } catch (RuntimeException e) {
      Console.trace(e);
      return KnownSettings.untracked(agent);
    }
  }

  private static Checkpointer checkpointer(
      Options options,
      Path image,
      Optional<PortableJvm> portable,
      Optional<Randomness> randomness,
      Optional<Identities> identities,
      Policies policies,
      Connections connections,
      OutsideFiles files,
      KnownSettings settings) {
    return new Checkpointer(
        new Checkpointer.Settings(
            image,
            options.keep(),
            options.helper(),
            options.timeLimit(),
            options.atText(),
            requests(options),
            options.train(),
            options.trainingFile().map(Path::toAbsolutePath),
            options.then() == Options.Then.EXIT,
            jar(),
            portable,
            randomness,
            identities,
            policies,
            options.secrets(),
            options.identity(),
            connections,
            files,
            options.stale(),
            settings));
  }

  private static List<String> requests(Options options) {
    return options.warmUp().orElse(null) instanceof WarmUp.Requests requests
        ? requests.series().stream().map(series -> series.url().toString()).toList()
        : List.of();
  }

  private void watch(Instrumentation instrumentation) throws Failure {
    WarmPoint point = options.at();
    if (!(point instanceof WarmPoint.Main || point instanceof WarmPoint.Launch)) {
      settings.setMainBegun(); // by the time of any checkpoint
    }
    if (point instanceof WarmPoint.Method method) {
      MethodExitHook.install(instrumentation, method.className(), method.methodName());
    } else if (point instanceof WarmPoint.Main) {
      MainEnterHook.install(instrumentation, mainClass());
    } else if (point instanceof WarmPoint.Launch) {
      if (MainEnterHook.hasAgent(System.getProperty("sun.java.command", ""))) {
        throw new Failure(
            "no checkpoint will be made",
            "the jar has an agent of its own (Launcher-Agent-Class), which begins before at=launch",
            "use another at=");
      }
      hasMain = MainEnterHook.install(instrumentation, mainClass());
      LaunchHook.install(instrumentation);
    } else if (!(point instanceof WarmPoint.Api)) {
      Thread thread = new Thread(this::watchFromOutside, "crjvm checkpoint");
      thread.setDaemon(true);
      thread.start();
    }
  }

  private void watchFromOutside() {
    try {
      session.awaitWarmPoint();
    } catch (IOException | RuntimeException e) {
      Failure failure =
          new Failure(
              "no checkpoint will be made",
              "the warm point can't be watched (" + e.getMessage() + ")",
              "use another at=",
              e);
      Console.report(failure);
      entry.ifPresent(each -> each.refuse(failure.getMessage()));
      return;
    } catch (InterruptedException e) {
      return; // nobody but the JVM's end interrupts this thread
    }
    reach();
  }

  @Override
  public void launched(Class<?> mainClass) {
    try {
      if (hasMain.getAsBoolean()) {
        entry.ifPresent(CacheEntry::loadClasses);
        reach();
      } else {
        isReached.set(true);
        Failure failure =
            new Failure(
                "no checkpoint will be made",
                "the class \""
                    + mainClass.getName()
                    + "\" has no \"static void main(String[])\" of its own",
                "use another at=");
        Console.report(failure);
        entry.ifPresent(each -> each.refuse(failure.getMessage()));
      }
    } finally {
      endMaker();
    }
    if (checkpointer.isRestored()) {
      entry.ifPresent(each -> new ServerNote(each).start());
    }
  }

  /** The JVM that makes a tool's image for the cache is not there to run the tool. */
  private void endMaker() {
    boolean isMaker = entry.isPresent() && options.at() instanceof WarmPoint.Launch;
    if (isMaker && !checkpointer.isRestored()) {
      Runtime.getRuntime().halt(0);
    }
  }

  /**
   * One checkpoint, whatever comes of it; nothing of it may hurt the application.
   *
   * @return whether this call has asked for it: the others have nothing to do
   */
  private boolean reach() {
    if (isAsked.getAndSet(true)) {
      return false;
    }
    isReached.set(true);
    if (options.at() instanceof WarmPoint.Main || options.at() instanceof WarmPoint.Launch) {
      ShownCommand.hideAgent(instrumentation, jar());
    }
    attempt();
    goOnWithSeries();
    return true;
  }

  /** A tool whose training came to nothing does not run in the JVM that its runs were in. */
  private void leaveTraining(int arguments) {
    boolean isUntouched = training.isEmpty() || !training.get().hasBegun();
    if (isMade || isUntouched || checkpointer.isRestored()) {
      return;
    }
    checkpointer.cleanUp();
    try {
      training.get().startAnew(jar(), arguments);
    } catch (IOException e) {
      Console.say(
          "the application goes on in the JVM that its training ran in, as no other could be started"
              + " in its place ("
              + e.getMessage()
              + "); start it again without the agent if that matters");
      Console.trace(e);
    }
  }

  private void goOnWithSeries() {
    if (options.every().isPresent() && !hasSeries.getAndSet(true)) {
      new Series(options.every().get(), this::attempt).start();
    }
  }

  private void attempt() {
    try {
      if (options.at() instanceof WarmPoint.Auto) {
        entry.ifPresent(CacheEntry::noteServer);
      }
      session.run();
      isMade = true;
      if (entry.isPresent() && !checkpointer.isRestored()) {
        entry.get().prune(launcher());
      }
    } catch (Failure failure) {
      Console.report(failure);
      entry.ifPresent(each -> each.refuse(failure.getMessage()));
    } catch (RestoreException e) {
      isMade = true;
      reportCallbacks(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      Console.say("checkpoint failed: its thread was interrupted; try another at=");
    } catch (Throwable e) {
      Console.say("checkpoint failed: " + e + "; set CRJVM_DEBUG=1 for more and report it");
      Console.trace(e);
      entry.ifPresent(each -> each.refuse("checkpoint failed: " + e));
    }
  }

  private static Path jar() {
    return ((IsolatedClassLoader) CheckpointAgent.class.getClassLoader()).jarPath();
  }

  private static Path launcher() {
    return jar().resolveSibling("bin").resolve("crjvm");
  }

  static void reportCallbacks(RestoreException e) {
    for (Throwable each : e.getSuppressed()) {
      Console.say(
          "an afterRestore callback of the application failed: "
              + each
              + "; CRJVM_DEBUG=1 shows where");
      Console.trace(each);
    }
  }

  @Override
  public void methodReturned() {
    reach();
  }

  @Override
  public void textMade(Object text) {
    try {
      ProcessIdTexts.add(text);
    } catch (IllegalAccessException | RuntimeException e) {
      Console.trace(e); // it keeps the process id that it has
    }
  }

  @Override
  public String[] mainEntered(String[] arguments) {
    endMaker();
    boolean isOfApplication = !(options.at() instanceof WarmPoint.Main) || reach();
    if (isOfApplication) { // not of a training, or of the application's own code
      leaveTraining(arguments.length);
      settings.setMainBegun();
    }
    Optional<List<String>> given = checkpointer.newArguments();
    if (given.isEmpty()) {
      return arguments;
    }
    ShownCommand.setArguments(List.of(arguments), given.get());
    return given.get().toArray(new String[0]);
  }

  @Override
  public Error exiting(int status, boolean halts) {
    return training.map(each -> each.exiting(status, halts)).orElse(null);
  }

  @Override
  public void checkpointRestore() throws CheckpointException, RestoreException {
    if (session == null) {
      throw new UnsupportedOperationException(
          "crjvm's options were refused, see its line on stderr");
    }
    isReached.set(true);
    if (options.at() instanceof WarmPoint.Auto) {
      isAsked.set(
          true); // the application knows better; a copy that listens later is not to be asked
    }
    try {
      checkpointer.checkRecursion();
      if (options.at() instanceof WarmPoint.Api) {
        session.run();
      } else {
        session.checkpoint();
      }
    } catch (Failure failure) {
      Console.report(failure);
      throw exception(failure);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      Failure failure =
          new Failure("checkpoint failed", "the thread was interrupted", "try again", e);
      failure.addSuppressed(e);
      for (Throwable each : e.getSuppressed()) {
        failure.addSuppressed(each);
      }
      throw exception(failure);
    } finally {
      if (options.at() instanceof WarmPoint.Api || options.at() instanceof WarmPoint.Auto) {
        goOnWithSeries();
      }
    }
  }

  @Override
  public List<String> arguments() {
    return checkpointer.arguments();
  }

  /** org.crac hands on suppressed exceptions only. */
  private static CheckpointException exception(Failure failure) {
    CheckpointException exception = new CheckpointException(failure.getMessage());
    for (Throwable each : failure.getSuppressed()) {
      exception.addSuppressed(each);
    }
    if (failure.getSuppressed().length == 0) {
      exception.addSuppressed(new IllegalStateException(failure.getMessage(), failure.getCause()));
    }
    return exception;
  }

  private final class ExitHook extends Thread {
    private final TrialEnd trialEnd = new TrialEnd();

    ExitHook() {
      super("crjvm exit");
    }

    @Override
    public void run() {
      if (!isReached.get() && options.at() instanceof WarmPoint.Auto) {
        Console.say(
            "no image was made: the application ended before it listened on a port, so it is a tool"
                + " (at=auto); at=main makes images of tools");
        entry.ifPresent(CacheEntry::noteEnd);
        entry.ifPresent(each -> each.makeTool(instrumentation, launcher()));
      } else if (!isReached.get()) {
        Console.say(
            "no image was made: the application ended before its warm point \""
                + options.atText()
                + "\"; choose an at= that it reaches");
      }
      trialEnd.await();
      checkpointer.cleanUp();
    }
  }
}
