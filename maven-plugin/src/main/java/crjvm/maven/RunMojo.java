package crjvm.maven;

import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/**
 * Runs the application from its image in the foreground until it ends. Ctrl-C ends it. If the image
 * can't be used, the application starts normally, and a line says why.
 */
@Mojo(name = "run", requiresProject = false, threadSafe = true)
public final class RunMojo extends AbstractCrjvmMojo {
  /** The time that servers usually need at most for an orderly stop. */
  private static final Duration GRACE = Duration.ofSeconds(30);

  /**
   * The application's arguments. Default: those that it had when the image was made. An application
   * that was checkpointed before {@code main} gets them as the arguments of {@code main}. Any other
   * application can read the system property {@code crjvm.args}.
   */
  @Parameter(property = "crjvm.arguments")
  private List<String> arguments = List.of();

  /**
   * Options of {@code crjvm run}, such as {@code --verbose} or {@code --listen} and {@code
   * 8080=9090}, one word each.
   */
  @Parameter(property = "crjvm.runOptions")
  private List<String> runOptions = List.of();

  /** True if the application starts normally when the image can't be used. */
  @Parameter(property = "crjvm.fallback", defaultValue = "true")
  private boolean fallback;

  /** The application's working folder. */
  @Parameter(property = "crjvm.workingDirectory", defaultValue = "${basedir}")
  private File workingDirectory;

  @Override
  void perform()
      throws MojoExecutionException, MojoFailureException, IOException, InterruptedException {
    ProcessBuilder builder = crjvm("run", "--image", existingImage()).inheritIO();
    if (workingDirectory != null) {
      builder.directory(workingDirectory);
    }
    if (!fallback) {
      builder.command().add("--no-fallback");
    }
    builder.command().addAll(runOptions);
    if (!arguments.isEmpty()) {
      builder.command().add("--");
      builder.command().addAll(arguments);
    }
    try (ChildProcess process = ChildProcess.start(builder, GRACE)) {
      process.awaitEnd();
      if (process.status() != 0) {
        throw new MojoFailureException(
            "the application ended with status " + process.status() + "; see its output above");
      }
    }
  }
}
