package crjvm.gradle;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import org.gradle.api.Project;
import org.gradle.api.internal.StartParameterInternal;
import org.gradle.api.logging.LogLevel;
import org.gradle.api.logging.configuration.ShowStacktrace;
import org.gradle.initialization.BuildRequestContext;
import org.gradle.initialization.DefaultBuildCancellationToken;
import org.gradle.initialization.DefaultBuildRequestContext;
import org.gradle.initialization.DefaultBuildRequestMetaData;
import org.gradle.initialization.NoOpBuildEventConsumer;
import org.gradle.internal.buildoption.Option;
import org.gradle.internal.buildprocess.BuildProcessState;
import org.gradle.internal.buildprocess.execution.BuildSessionLifecycleBuildActionExecutor;
import org.gradle.internal.buildprocess.execution.SetupLoggingActionExecutor;
import org.gradle.internal.classpath.ClassPath;
import org.gradle.internal.classpath.DefaultClassPath;
import org.gradle.internal.instrumentation.agent.AgentStatus;
import org.gradle.internal.logging.LoggingManagerInternal;
import org.gradle.internal.logging.services.DefaultLoggingManagerFactory;
import org.gradle.internal.logging.services.LoggingServiceRegistry;
import org.gradle.internal.nativeintegration.services.NativeServices;
import org.gradle.internal.nativeintegration.services.NativeServices.NativeServicesMode;
import org.gradle.internal.service.ServiceRegistry;
import org.gradle.internal.service.scopes.GradleUserHomeScopeServiceRegistry;
import org.gradle.launcher.exec.BuildActionExecutor;
import org.gradle.launcher.exec.BuildActionParameters;
import org.gradle.launcher.exec.BuildActionResult;
import org.gradle.launcher.exec.DefaultBuildActionParameters;
import org.gradle.tooling.internal.provider.action.ExecuteBuildAction;
import org.gradle.util.GradleVersion;

/**
 * Runs builds of Gradle from its classes alone, because Maven Central has no distribution of
 * Gradle. The compiler of a build has to be a program, because Gradle's own workers need a
 * distribution.
 */
public final class InProcessGradle {
  /** The system property for the classes of the plugin. */
  private static final String PLUGIN = "crjvm.gradle.plugin";

  private final File userHome;
  private final ServiceRegistry services;
  private final LoggingManagerInternal console;

  private InProcessGradle(Path folder) throws Exception {
    userHome = folder.resolve("gradle-home").toFile();
    NativeServices.initializeOnDaemon(userHome, NativeServicesMode.DISABLED);
    ServiceRegistry logging = LoggingServiceRegistry.newCommandLineProcessLogging();
    console = logging.get(DefaultLoggingManagerFactory.class).getRoot();
    console.setLevelInternal(LogLevel.LIFECYCLE).captureSystemSources().start();
    List<File> modules =
        ModuleJars.make(
            placeOf(Project.class),
            GradleVersion.current().getVersion(),
            folder.resolve("modules"));
    services =
        new BuildProcessState(
                false,
                AgentStatus.disabled(),
                DefaultClassPath.of(modules),
                logging,
                NativeServices.getInstance())
            .getServices();
  }

  private static File placeOf(Class<?> type) throws URISyntaxException {
    return new File(type.getProtectionDomain().getCodeSource().getLocation().toURI());
  }

  private boolean run(File project, List<String> words) throws Exception {
    StartParameterInternal parameters = new StartParameterInternal();
    parameters.setCurrentDir(project);
    parameters.setGradleUserHomeDir(userHome);
    parameters.setShowStacktrace(ShowStacktrace.INTERNAL_EXCEPTIONS);
    parameters.setTaskNames(words.stream().filter(word -> !word.startsWith("--")).toList());
    parameters.setConfigurationCache(Option.Value.value(words.contains("--configuration-cache")));
    parameters.setBuildCacheEnabled(words.contains("--build-cache"));
    BuildActionExecutor<BuildActionParameters, BuildRequestContext> executor =
        new SetupLoggingActionExecutor(
            console,
            new BuildSessionLifecycleBuildActionExecutor(
                services.get(GradleUserHomeScopeServiceRegistry.class), services));
    BuildActionResult result =
        executor.execute(
            new ExecuteBuildAction(parameters),
            parameters(project),
            new DefaultBuildRequestContext(
                new DefaultBuildRequestMetaData(System.currentTimeMillis()),
                new DefaultBuildCancellationToken(),
                new NoOpBuildEventConsumer()));
    return !result.hasFailure();
  }

  /**
   * Returns the parameters of a build. The plugin's classes must not be among those of Gradle,
   * because the configuration cache treats Gradle's classes as known.
   */
  private static BuildActionParameters parameters(File project) {
    ClassPath plugin = DefaultClassPath.of(new File(System.getProperty(PLUGIN)));
    return new DefaultBuildActionParameters(
        System.getProperties(), System.getenv(), project, LogLevel.LIFECYCLE, false, plugin);
  }

  /**
   * Runs one build.
   *
   * @param words a folder for Gradle's own files, the folder of the project, then tasks and options
   */
  public static void main(String[] words) throws Exception {
    InProcessGradle gradle = new InProcessGradle(Path.of(words[0]));
    List<String> rest = List.of(words).subList(2, words.length);
    boolean isDone = gradle.run(new File(words[1]).getCanonicalFile(), rest);
    System.exit(isDone ? 0 : 1);
  }
}
