package crjvm.gradle;

import java.io.File;
import java.util.ArrayList;
import java.util.List;
import org.gradle.api.GradleException;
import org.gradle.api.file.ConfigurableFileCollection;
import org.gradle.api.file.DirectoryProperty;
import org.gradle.api.file.RegularFileProperty;
import org.gradle.api.provider.ListProperty;
import org.gradle.api.provider.MapProperty;
import org.gradle.api.provider.Property;
import org.gradle.api.provider.Provider;
import org.gradle.api.tasks.Input;
import org.gradle.api.tasks.InputFile;
import org.gradle.api.tasks.InputFiles;
import org.gradle.api.tasks.Internal;
import org.gradle.api.tasks.Nested;
import org.gradle.api.tasks.Optional;
import org.gradle.api.tasks.OutputDirectory;
import org.gradle.api.tasks.PathSensitive;
import org.gradle.api.tasks.PathSensitivity;
import org.gradle.api.tasks.TaskAction;
import org.gradle.jvm.toolchain.JavaLauncher;
import org.gradle.work.DisableCachingByDefault;

/**
 * Makes an image of the application by {@code crjvm build}: starts it, warms it up, verifies the
 * image, and starts from it once.
 */
@DisableCachingByDefault(because = "an image is for one machine's CPU, JDK and absolute paths")
public abstract class CrjvmCheckpoint extends CrjvmTask {
  @Input
  @Optional
  public abstract Property<String> getUrl();

  @Input
  @Optional
  public abstract Property<String> getExpect();

  @Input
  @Optional
  public abstract Property<String> getAt();

  @Input
  public abstract ListProperty<String> getWarmUp();

  @Input
  public abstract ListProperty<String> getArguments();

  @Input
  public abstract ListProperty<String> getJvmArguments();

  @Input
  public abstract MapProperty<String, String> getEnvironment();

  @Input
  public abstract MapProperty<String, String> getAgentOptions();

  @Input
  public abstract Property<Integer> getTimeLimit();

  /** The executable jar. Without it, the main class is started from the class path. */
  @InputFile
  @Optional
  @PathSensitive(PathSensitivity.ABSOLUTE)
  public abstract RegularFileProperty getJar();

  @InputFiles
  @PathSensitive(PathSensitivity.ABSOLUTE)
  public abstract ConfigurableFileCollection getClassPath();

  @Input
  @Optional
  public abstract Property<String> getMainClass();

  @Nested
  public abstract Property<JavaLauncher> getJavaLauncher();

  @Internal
  public abstract DirectoryProperty getWorkingFolder();

  /** The path of the working folder, which is part of the image. */
  @Input
  public Provider<String> getWorkingPath() {
    return getWorkingFolder().map(folder -> folder.getAsFile().getPath());
  }

  /** The agent. After a change of it, the image has to be made again. */
  @InputFile
  @Optional
  @PathSensitive(PathSensitivity.ABSOLUTE)
  public Provider<File> getAgent() {
    return getHome().file("crjvm.jar").map(file -> file.getAsFile()).filter(File::isFile);
  }

  @OutputDirectory
  public abstract DirectoryProperty getImage();

  @TaskAction
  public void checkpoint() {
    if (!getUrl().isPresent()) {
      throw new GradleException(
          "crjvm: there is no url in the block crjvm; set the address that a working application"
              + " answers");
    }
    File image = getImage().get().getAsFile();
    List<String> words = new ArrayList<>(List.of("build", "--compress", "none"));
    words.addAll(List.of("--output", image.getParent(), "--name", image.getName()));
    words.addAll(List.of("--directory", getWorkingPath().get(), "--url", getUrl().get()));
    words.addAll(List.of("--time-limit", getTimeLimit().get().toString()));
    add(words, "--expect", getExpect());
    add(words, "--at", getAt());
    if (!getWarmUp().get().isEmpty()) {
      words.addAll(List.of("--warmup", String.join(";", getWarmUp().get())));
    }
    addAll(words, "--env", getEnvironment());
    addAll(words, "--agent-option", getAgentOptions());
    words.add("--");
    addCommand(words);
    crjvm(getWorkingFolder().get().getAsFile(), words);
  }

  private static void add(List<String> words, String option, Provider<String> value) {
    if (value.isPresent()) {
      words.addAll(List.of(option, value.get()));
    }
  }

  private static void addAll(
      List<String> words, String option, MapProperty<String, String> values) {
    values.get().forEach((name, value) -> words.addAll(List.of(option, name + "=" + value)));
  }

  private void addCommand(List<String> words) {
    words.add(getJavaLauncher().get().getExecutablePath().getAsFile().getPath());
    words.addAll(getJvmArguments().get());
    if (getJar().isPresent()) {
      words.addAll(List.of("-jar", getJar().get().getAsFile().getPath()));
    } else if (getMainClass().isPresent()) {
      words.addAll(List.of("-cp", getClassPath().getAsPath(), getMainClass().get()));
    } else {
      throw new GradleException(
          "crjvm: there is neither Spring Boot's jar nor a main class; apply the plugin"
              + " \"application\" or Spring Boot's, or set jar in the block crjvm");
    }
    words.addAll(getArguments().get());
  }
}
