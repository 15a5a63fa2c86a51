package crjvm.maven;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import javax.inject.Inject;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugin.descriptor.PluginDescriptor;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.project.MavenProject;
import org.apache.maven.toolchain.Toolchain;
import org.apache.maven.toolchain.ToolchainManager;

/**
 * The part that all goals share: whether they do anything, and which crjvm and which java they use.
 */
abstract class AbstractCrjvmMojo extends AbstractMojo {
  /**
   * The limit for crjvm's own commands, which take seconds. An image of many gigabytes takes
   * longer.
   */
  private static final Duration COMMAND_LIMIT = Duration.ofHours(1);

  private static final Duration GRACE = Duration.ofSeconds(10);

  /** Skips the goal, with a message. */
  @Parameter(property = "crjvm.skip", defaultValue = "false")
  private boolean skip;

  /**
   * The distribution folder of crjvm. Default: the environment variable CRJVM_HOME. If that is not
   * set either, the plugin resolves the archive {@code io.crjvm:crjvm-launcher:tar.gz} of its own
   * version like any other artifact and unpacks it below {@code target/crjvm}.
   */
  @Parameter(property = "crjvm.home")
  private File home;

  /**
   * The java program, of a JDK 17 or newer. Default: that of the JDK toolchain, if one was chosen,
   * else of the JDK that runs Maven. Machines that run the image need the same build at the same
   * path.
   */
  @Parameter(property = "crjvm.java")
  private File java;

  /** The image folder. */
  @Parameter(property = "crjvm.image", defaultValue = "${project.build.directory}/crjvm/image")
  private File image;

  @Parameter(defaultValue = "${project.build.directory}/crjvm", readonly = true, required = true)
  private File workFolder;

  @Parameter(defaultValue = "${project}", readonly = true, required = true)
  private MavenProject project;

  @Parameter(defaultValue = "${session}", readonly = true, required = true)
  private MavenSession session;

  @Parameter(defaultValue = "${plugin}", readonly = true, required = true)
  private PluginDescriptor plugin;

  @Inject private DistributionFinder distributions;
  @Inject private ToolchainManager toolchains;

  private Distribution distribution;

  @Override
  public final void execute() throws MojoExecutionException, MojoFailureException {
    if (skip) {
      getLog().info("skipped: crjvm.skip is set");
      return;
    }
    try {
      perform();
    } catch (IOException e) {
      getLog().debug(e);
      throw new MojoExecutionException(
          "a file can't be read or written (" + e + "); make room, or correct its rights", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MojoExecutionException("interrupted; run the build again", e);
    }
  }

  /** Performs the goal, unless it is skipped. */
  abstract void perform()
      throws MojoExecutionException, MojoFailureException, IOException, InterruptedException;

  final MavenProject project() {
    return project;
  }

  final Path image() {
    return image.toPath().toAbsolutePath();
  }

  /**
   * Returns the image folder.
   *
   * @throws MojoExecutionException if it does not exist
   */
  final Path existingImage() throws MojoExecutionException {
    if (!Files.isDirectory(image())) {
      throw new MojoExecutionException(
          "there is no image \""
              + image()
              + "\"; run the goal checkpoint first, or set crjvm.image");
    }
    return image();
  }

  /** Returns the folder for files that the build makes in addition to the image. */
  final Path workFolder() {
    return workFolder.toPath().toAbsolutePath();
  }

  final Distribution distribution() throws MojoExecutionException, IOException {
    if (distribution == null) {
      distribution = findDistribution();
      getLog().debug("crjvm is in \"" + distribution.folder() + "\"");
    }
    return distribution;
  }

  private Distribution findDistribution() throws MojoExecutionException, IOException {
    if (home != null) {
      return Distribution.of(home.toPath().toAbsolutePath(), "crjvm.home");
    }
    String variable = System.getenv("CRJVM_HOME");
    if (variable != null && !variable.isBlank()) {
      return Distribution.of(Path.of(variable).toAbsolutePath(), "the variable CRJVM_HOME");
    }
    return distributions.resolve(
        plugin.getGroupId(), plugin.getVersion(), project, session, workFolder());
  }

  final Path java() throws MojoExecutionException {
    Path program = findJava();
    if (!program.toFile().canExecute()) {
      throw new MojoExecutionException(
          "there is no java program \"" + program + "\"; correct crjvm.java or the toolchain");
    }
    return program;
  }

  private Path findJava() {
    if (java != null) {
      return java.toPath().toAbsolutePath();
    }
    Toolchain toolchain = toolchains.getToolchainFromBuildContext("jdk", session);
    String tool = toolchain == null ? null : toolchain.findTool("java");
    return tool == null ? Path.of(System.getProperty("java.home"), "bin/java") : Path.of(tool);
  }

  /** Returns a command of crjvm's, with the build's environment and the JDK of {@link #java()}. */
  final ProcessBuilder crjvm(Object... words) throws MojoExecutionException, IOException {
    List<String> command = new ArrayList<>(List.of(distribution().launcher().toString()));
    for (Object word : words) {
      command.add(word.toString());
    }
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("JAVA_HOME", java().getParent().getParent().toString());
    return builder;
  }

  /**
   * Runs a command of crjvm's to its end. The consumer receives its output, and its status is
   * returned.
   */
  final int run(ProcessBuilder builder, Consumer<String> lines)
      throws IOException, InterruptedException, MojoFailureException {
    return run(builder, COMMAND_LIMIT, lines);
  }

  /** Does the same, with a limit for its time. */
  final int run(ProcessBuilder builder, Duration limit, Consumer<String> lines)
      throws IOException, InterruptedException, MojoFailureException {
    try (ChildProcess process = ChildProcess.start(builder, GRACE, lines)) {
      if (!process.await(limit)) {
        throw new MojoFailureException(
            "\""
                + builder.command().get(1)
                + "\" took longer than "
                + limit.toSeconds()
                + " s and was ended; run it by hand to see why");
      }
      return process.status();
    }
  }

  /**
   * Runs a command of crjvm's that has to succeed.
   *
   * @throws MojoFailureException if it fails, with the last line that it wrote
   */
  final void mustSucceed(ProcessBuilder builder)
      throws IOException, InterruptedException, MojoFailureException {
    List<String> lines = new ArrayList<>();
    int status = run(builder, lines::add);
    String last = lines.isEmpty() ? "it ended with status " + status : lines.get(lines.size() - 1);
    if (status != 0) {
      throw new MojoFailureException(
          "crjvm " + builder.command().get(1) + " failed: " + last.replaceFirst("^crjvm: ", ""));
    }
    if (!lines.isEmpty()) {
      getLog().info(last.replaceFirst("^crjvm: ", ""));
    }
  }

  /**
   * Returns the part of the environment that the application gets beside PATH and a HOME of its
   * own. An image contains it, and the environment of a pipeline is full of tokens.
   */
  static Map<String, String> cleanEnvironment() {
    Map<String, String> clean = new TreeMap<>();
    System.getenv()
        .forEach(
            (name, value) -> {
              if (name.matches("LANG|LC_[A-Z]+|TZ|TMPDIR")) {
                clean.put(name, value);
              }
            });
    if (!clean.containsKey("LANG")
        && !clean.containsKey("LC_ALL")
        && !clean.containsKey("LC_CTYPE")) {
      clean.put("LANG", "C.UTF-8"); // The image keeps the encoding of file names and arguments.
    }
    return clean;
  }
}
