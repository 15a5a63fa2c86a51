package crjvm.agent;

import crjvm.agent.checkpoint.Checkpointer;
import crjvm.agent.checkpoint.order.CheckpointSettings;
import crjvm.agent.checkpoint.order.CheckpointSettings.Tracked;
import crjvm.agent.connection.Connections;
import crjvm.agent.file.OutsideFiles;
import crjvm.agent.hook.PointTransformer;
import crjvm.agent.hook.identity.ProcessHandleHook;
import crjvm.agent.hook.identity.ProcessIdTextHook;
import crjvm.agent.identity.Identities;
import crjvm.agent.management.PlatformBean;
import crjvm.agent.message.Console;
import crjvm.agent.message.Failure;
import crjvm.agent.options.Options;
import crjvm.agent.options.WarmUp;
import crjvm.agent.os.jdk.DirectoryFiles;
import crjvm.agent.os.jdk.JdkModules;
import crjvm.agent.os.jna.NativeAccess;
import crjvm.agent.policy.Policies;
import crjvm.agent.portable.PortableJvm;
import crjvm.agent.randomness.Randomness;
import crjvm.agent.restore.ProcessIdTexts;
import crjvm.agent.session.Distribution;
import crjvm.agent.session.Prepared;
import crjvm.agent.session.Session;
import crjvm.agent.setting.KnownSettings;
import crjvm.agent.tool.ToolTraining;
import crjvm.agent.tool.TrainingFile;
import crjvm.agent.trigger.MainClass;
import crjvm.image.manifest.Manifest;
import java.lang.instrument.Instrumentation;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The preparation of the JVM for its checkpoints. The agent can collect most of the information
 * that an image needs only if it begins at the start of the JVM.
 */
final class Setup {
  private static final String CRAC_POLICIES = "jdk.crac.resource-policies";

  private final Options options;
  private final Instrumentation instrumentation;
  private final PointTransformer hooks = new PointTransformer();

  private Setup(Options options, Instrumentation instrumentation) {
    this.options = options;
    this.instrumentation = instrumentation;
  }

  /**
   * Prepares this JVM. It may start the process again in place.
   *
   * @throws Failure no checkpoint could be made
   */
  static Prepared prepare(Options options, Instrumentation instrumentation) throws Failure {
    return new Setup(options, instrumentation).prepare();
  }

  private Prepared prepare() throws Failure {
    Platform.check();
    PlatformBean.install(instrumentation);
    Path image = options.images().folder().toAbsolutePath().normalize();
    NativeAccess access = new NativeAccess(image);
    if (NativeAccess.mustOpenEarly() || options.means().portable().isPresent()) {
      access.open(instrumentation);
    }
    Optional<PortableJvm> portable = portable();
    Optional<Randomness> randomness = randomness();
    Optional<Identities> identities = identities();
    Policies policies = policies();
    Connections connections = connections();
    OutsideFiles files = files(image);
    KnownSettings known = settings();
    DirectoryFiles directoryFiles = new DirectoryFiles();
    Tracked tracked =
        new Tracked(portable, randomness, identities, connections, files, known, directoryFiles);
    Checkpointer checkpointer = new Checkpointer(checkpointSettings(image, policies, tracked));
    Optional<ToolTraining> training = training(directoryFiles);
    Session session =
        new Session(
            options.moment(), checkpointer, () -> access.open(instrumentation), training, tracked);
    addHooksForProcessId();
    hooks.install(instrumentation);
    return new Prepared(options, instrumentation, checkpointer, session, training, tracked);
  }

  private void addHooksForProcessId() {
    ProcessIdTextHook.addTo(
        hooks,
        ProcessIdTexts::note,
        why -> Console.say("copies will log the process id of the checkpoint: " + why));
    ProcessHandleHook.addTo(
        hooks,
        why -> Console.say("compiled code may have the process id of the checkpoint: " + why));
  }

  private Optional<ToolTraining> training(DirectoryFiles directoryFiles) throws Failure {
    if (options.training().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        ToolTraining.prepare(
            instrumentation,
            MainClass.name(),
            TrainingFile.read(options.training().get().file()),
            options.training().get().limit(),
            directoryFiles));
  }

  /** Returns the limits for other CPUs. It may start the process again in place. */
  private Optional<PortableJvm> portable() throws Failure {
    if (options.means().portable().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        PortableJvm.ensure(
            options.means().portable().get(), isStarting(), instrumentation, Distribution.jar()));
  }

  /**
   * Returns whether this thread is about to call the application's main method. If the agent was
   * attached, another thread has called it.
   */
  private static boolean isStarting() {
    return Thread.currentThread().getName().equals("main");
  }

  /**
   * Returns the policies of the option. Without the option it uses those of CRaC, if the
   * application has some.
   */
  private Policies policies() throws Failure {
    if (options.rules().policies().isPresent()) {
      return Policies.load(options.rules().policies().get());
    }
    String file = System.getProperty(CRAC_POLICIES);
    return file == null || file.isEmpty() ? Policies.NONE : Policies.load(Path.of(file));
  }

  /**
   * Tracks generators. It can't wait for the checkpoint, because generators that are made before
   * this call stay unknown.
   */
  private Optional<Randomness> randomness() throws Failure {
    if (!options.rules().reseed()) {
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
    return Optional.of(Randomness.track(hooks));
  }

  /**
   * Tracks the ids of libraries. It begins at the start, because libraries make their ids early,
   * like random numbers.
   */
  private Optional<Identities> identities() {
    return options.rules().reseed()
        ? Optional.of(Identities.track(hooks, instrumentation))
        : Optional.empty();
  }

  /**
   * Tracks connections from the start. Unlike random numbers, a checkpoint does not require them.
   */
  private Connections connections() {
    try {
      JdkModules.open(instrumentation);
      return Connections.track(hooks, instrumentation);
    } catch (RuntimeException e) {
      Console.trace(e);
      return Connections.untracked(instrumentation);
    }
  }

  /** Tracks files from the start. A checkpoint does not require them. */
  private OutsideFiles files(Path image) {
    OutsideFiles files;
    try {
      JdkModules.open(instrumentation);
      files = OutsideFiles.track(hooks);
    } catch (RuntimeException e) {
      Console.trace(e);
      files = OutsideFiles.untracked();
    }
    files.leaveOut(image);
    if (options.images().entry().isPresent()) {
      files.leaveOut(options.images().entry().get().toAbsolutePath().getParent());
    }
    if (options.training().isPresent()) {
      files.leaveOut(options.training().get().file().toAbsolutePath());
    }
    return files;
  }

  /** Tracks settings from the start. A checkpoint does not require them. */
  private KnownSettings settings() {
    String agent = Distribution.jar().toString();
    try {
      JdkModules.open(instrumentation);
      return isStarting()
          ? KnownSettings.track(hooks, agent)
          : KnownSettings.trackFromNowOn(hooks, agent);
    } catch (RuntimeException e) {
      Console.trace(e);
      return KnownSettings.untracked(agent);
    }
  }

  private CheckpointSettings checkpointSettings(Path image, Policies policies, Tracked tracked) {
    Options.Rules rules = options.rules();
    return new CheckpointSettings(
        new CheckpointSettings.Target(
            image, options.images().keep(), options.moment().then() == Options.Then.EXIT),
        new CheckpointSettings.Means(
            Distribution.jar(), options.means().helper(), options.means().timeLimit()),
        new CheckpointSettings.Warmth(
            options.moment().text(),
            requests(),
            options.means().recordsWorkingSet(),
            options.training().map(each -> each.file().toAbsolutePath())),
        new CheckpointSettings.Rules(policies, rules.secrets(), rules.identity(), rules.stale()),
        tracked);
  }

  private List<String> requests() {
    WarmUp warmUp = options.moment().warmUp().orElse(null);
    if (warmUp instanceof WarmUp.RequestFile file) {
      return List.of(Manifest.FILE_OF_REQUESTS + file.path().toAbsolutePath());
    }
    return warmUp instanceof WarmUp.Requests requests
        ? requests.each().stream().map(each -> each.url().toString()).toList()
        : List.of();
  }
}
