package crjvm.gradle;

import java.util.ArrayList;
import java.util.List;
import org.gradle.api.GradleException;
import org.gradle.api.file.DirectoryProperty;
import org.gradle.api.provider.ListProperty;
import org.gradle.api.provider.Property;
import org.gradle.api.tasks.Input;
import org.gradle.api.tasks.InputDirectory;
import org.gradle.api.tasks.Internal;
import org.gradle.api.tasks.Optional;
import org.gradle.api.tasks.PathSensitive;
import org.gradle.api.tasks.PathSensitivity;
import org.gradle.api.tasks.TaskAction;
import org.gradle.work.DisableCachingByDefault;

/** Runs a command of crjvm on the image that {@link CrjvmCheckpoint} has made. */
@DisableCachingByDefault(because = "its effects are outside of the build")
public abstract class CrjvmImageTask extends CrjvmTask {
  /** The command of crjvm, with its words before the image. */
  @Input
  public abstract ListProperty<String> getCommand();

  @InputDirectory
  @PathSensitive(PathSensitivity.ABSOLUTE)
  public abstract DirectoryProperty getImage();

  /** The words after the image. */
  @Input
  public abstract ListProperty<String> getOptions();

  /** The place that the command sends the image to, if it sends it. */
  @Input
  @Optional
  public abstract Property<String> getTarget();

  /** The name of the target in the block {@code crjvm}; empty: the command has none. */
  @Input
  public abstract Property<String> getTargetName();

  @Internal
  public abstract DirectoryProperty getWorkingFolder();

  @TaskAction
  public void run() {
    List<String> words = new ArrayList<>(getCommand().get());
    words.add(getImage().get().getAsFile().getPath());
    words.addAll(getOptions().get());
    if (!getTargetName().get().isEmpty()) {
      if (!getTarget().isPresent()) {
        throw new GradleException(
            "crjvm: there is no " + getTargetName().get() + " in the block crjvm; set it");
      }
      words.add(getTarget().get());
    }
    crjvm(getWorkingFolder().get().getAsFile(), words);
  }
}
