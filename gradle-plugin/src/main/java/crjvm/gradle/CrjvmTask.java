package crjvm.gradle;

import java.io.File;
import java.util.ArrayList;
import java.util.List;
import javax.inject.Inject;
import org.gradle.api.DefaultTask;
import org.gradle.api.GradleException;
import org.gradle.api.file.DirectoryProperty;
import org.gradle.api.tasks.Internal;
import org.gradle.process.ExecOperations;

/** A task that runs a command of crjvm. */
public abstract class CrjvmTask extends DefaultTask {
  /** The folder of crjvm's distribution. */
  @Internal
  public abstract DirectoryProperty getHome();

  // Gradle implements the method.
  @SuppressWarnings("JavaxInjectOnAbstractMethod")
  @Inject
  protected abstract ExecOperations getExecOperations();

  /** Runs the command. The command itself reports what has failed, so the failure here is short. */
  final void crjvm(File workingFolder, List<String> words) {
    File launcher = getHome().file("bin/crjvm").get().getAsFile();
    if (!launcher.canExecute()) {
      throw new GradleException(
          "crjvm: \""
              + getHome().get()
              + "\" is not a distribution folder of crjvm; set home in the block crjvm, or the"
              + " property crjvm.home, or CRJVM_HOME");
    }
    List<String> command = new ArrayList<>(List.of(launcher.getPath()));
    command.addAll(words);
    int status =
        getExecOperations()
            .exec(
                exec -> {
                  exec.setCommandLine(command);
                  exec.setWorkingDir(workingFolder);
                  exec.setStandardInput(System.in);
                  exec.setIgnoreExitValue(true);
                })
            .getExitValue();
    if (status != 0) {
      throw new GradleException(
          "crjvm " + words.get(0) + " ended with status " + status + "; see its line above");
    }
  }
}
