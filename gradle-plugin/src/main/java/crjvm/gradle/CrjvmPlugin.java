package crjvm.gradle;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.gradle.api.Plugin;
import org.gradle.api.Project;
import org.gradle.api.file.RegularFile;
import org.gradle.api.plugins.ApplicationPlugin;
import org.gradle.api.plugins.JavaApplication;
import org.gradle.api.plugins.JavaPlugin;
import org.gradle.api.plugins.JavaPluginExtension;
import org.gradle.api.provider.Provider;
import org.gradle.api.tasks.Sync;
import org.gradle.api.tasks.TaskProvider;
import org.gradle.api.tasks.bundling.AbstractArchiveTask;
import org.gradle.jvm.toolchain.JavaToolchainService;

/**
 * Adds tasks that make, verify, run and deliver an image of the project's application. They know
 * two kinds of applications: Spring Boot's executable jar, and the distribution that the plugin
 * {@code application} installs.
 */
public abstract class CrjvmPlugin implements Plugin<Project> {
  private static final String GROUP = "crjvm";
  private static final String SPRING_BOOT = "org.springframework.boot";
  private static final String PACKAGED = "/usr/lib/crjvm"; // where crjvm's packages put it
  private static final int TIME_LIMIT = 300;

  @Override
  public void apply(Project project) {
    CrjvmExtension crjvm = project.getExtensions().create("crjvm", CrjvmExtension.class);
    setDefaults(project, crjvm);
    TaskProvider<CrjvmCheckpoint> checkpoint =
        project
            .getTasks()
            .register("crjvmCheckpoint", CrjvmCheckpoint.class, task -> set(project, crjvm, task));
    project.getPlugins().withType(JavaPlugin.class, java -> useToolchain(project, checkpoint));
    project
        .getPlugins()
        .withType(ApplicationPlugin.class, plugin -> useDistribution(project, checkpoint));
    project.getPlugins().withId(SPRING_BOOT, plugin -> useBootJar(project, crjvm));
    addImageTasks(project, crjvm, checkpoint);
  }

  private static void setDefaults(Project project, CrjvmExtension crjvm) {
    Provider<String> home =
        project
            .getProviders()
            .gradleProperty("crjvm.home")
            .orElse(project.getProviders().environmentVariable("CRJVM_HOME"))
            .orElse(project.provider(CrjvmPlugin::findInstallation));
    Path folder = project.getProjectDir().toPath();
    crjvm
        .getHome()
        .convention(project.getLayout().dir(home.map(path -> folder.resolve(path).toFile())));
    crjvm.getTimeLimit().convention(TIME_LIMIT);
    crjvm.getImage().convention(project.getLayout().getBuildDirectory().dir("crjvm/image"));
  }

  /** Returns the folder of the packages if they are installed, else that of an archive. */
  private static String findInstallation() {
    return Files.exists(Path.of(PACKAGED, "bin/crjvm")) ? PACKAGED : "/opt/crjvm";
  }

  private static void set(Project project, CrjvmExtension crjvm, CrjvmCheckpoint task) {
    task.setGroup(GROUP);
    task.setDescription("Makes an image of the application, and starts from it once.");
    task.getHome().set(crjvm.getHome());
    task.getUrl().set(crjvm.getUrl());
    task.getExpect().set(crjvm.getExpect());
    task.getAt().set(crjvm.getAt());
    task.getWarmUp().set(crjvm.getWarmUp());
    task.getArguments().set(crjvm.getArguments());
    task.getJvmArguments().set(crjvm.getJvmArguments());
    task.getEnvironment().set(crjvm.getEnvironment());
    task.getAgentOptions().set(crjvm.getAgentOptions());
    task.getTimeLimit().set(crjvm.getTimeLimit());
    task.getJar().set(crjvm.getJar());
    task.getWorkingFolder().set(project.getLayout().getProjectDirectory());
    task.getImage().set(crjvm.getImage());
  }

  private static void useToolchain(Project project, TaskProvider<CrjvmCheckpoint> checkpoint) {
    JavaPluginExtension java = project.getExtensions().getByType(JavaPluginExtension.class);
    JavaToolchainService toolchains = project.getExtensions().getByType(JavaToolchainService.class);
    checkpoint.configure(
        task -> task.getJavaLauncher().convention(toolchains.launcherFor(java.getToolchain())));
  }

  /** Starts the installed distribution, because the class path of a build is in Gradle's cache. */
  private static void useDistribution(Project project, TaskProvider<CrjvmCheckpoint> checkpoint) {
    JavaApplication application = project.getExtensions().getByType(JavaApplication.class);
    TaskProvider<Sync> install = project.getTasks().named("installDist", Sync.class);
    checkpoint.configure(
        task -> {
          task.getClassPath()
              .from(
                  project
                      .fileTree(install.map(Sync::getDestinationDir))
                      .matching(files -> files.include("lib/*.jar")))
              .builtBy(install);
          task.getMainClass().convention(application.getMainClass());
        });
  }

  private static void useBootJar(Project project, CrjvmExtension crjvm) {
    Provider<RegularFile> jar =
        project
            .getTasks()
            .named("bootJar", AbstractArchiveTask.class)
            .flatMap(AbstractArchiveTask::getArchiveFile);
    crjvm.getJar().convention(jar);
  }

  private static void addImageTasks(
      Project project, CrjvmExtension crjvm, TaskProvider<CrjvmCheckpoint> checkpoint) {
    add(project, crjvm, checkpoint, "crjvmVerify", "Checks that the image is undamaged.")
        .configure(task -> task.getCommand().set(List.of("verify")));
    add(project, crjvm, checkpoint, "crjvmRun", "Starts the application from the image.")
        .configure(task -> task.getCommand().set(List.of("run", "--image")));
    add(project, crjvm, checkpoint, "crjvmOciBuild", "Makes a container image of the image.")
        .configure(
            task -> {
              task.getCommand().set(List.of("oci", "build", "--image"));
              task.getOptions()
                  .set(
                      crjvm
                          .getBaseImage()
                          .map(base -> List.of("--base", base, "--to"))
                          .orElse(List.of("--to")));
              task.getTarget().set(crjvm.getContainerImage());
              task.getTargetName().set("containerImage");
            });
    add(project, crjvm, checkpoint, "crjvmPush", "Puts the image into a registry.")
        .configure(
            task -> {
              task.getCommand().set(List.of("push"));
              task.getTarget().set(crjvm.getPlace());
              task.getTargetName().set("place");
            });
  }

  private static TaskProvider<CrjvmImageTask> add(
      Project project,
      CrjvmExtension crjvm,
      TaskProvider<CrjvmCheckpoint> checkpoint,
      String name,
      String description) {
    return project
        .getTasks()
        .register(
            name,
            CrjvmImageTask.class,
            task -> {
              task.setGroup(GROUP);
              task.setDescription(description);
              task.getHome().set(crjvm.getHome());
              task.getImage().set(checkpoint.flatMap(CrjvmCheckpoint::getImage));
              task.getTargetName().convention("");
              task.getWorkingFolder().set(project.getLayout().getProjectDirectory());
            });
  }
}
