package crjvm.maven;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.inject.Inject;
import org.apache.maven.artifact.Artifact;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.plugins.annotations.ResolutionScope;
import org.apache.maven.project.MavenProjectHelper;
import org.codehaus.plexus.util.FileUtils;

/**
 * Makes an image of the project's application. It starts the application with crjvm's agent, warms
 * it up, lets the agent write the image, verifies it, restores it once ({@code crjvm build} does
 * all of this), packs it, and attaches the archive to the project.
 *
 * <p>The application is the project's jar. This is an executable jar (Spring Boot's, a shaded one,
 * one with a class path in its manifest), or, with {@code mainClass}, any jar and the project's
 * runtime dependencies.
 */
@Mojo(
    name = "checkpoint",
    defaultPhase = LifecyclePhase.PACKAGE,
    requiresDependencyResolution = ResolutionScope.RUNTIME,
    threadSafe = true)
public final class CheckpointMojo extends AbstractCrjvmMojo {
  /** The systems and processors that crjvm runs on. */
  private static final Set<String> MACHINES = Set.of("Linux amd64", "Linux aarch64");

  private static final Set<String> CHOICES = Set.of("skip", "fail");
  private static final int LONGEST_LIMIT = 86_400;

  /** The limit for what crjvm build does beside making the image. */
  private static final Duration OTHER_STEPS = Duration.ofHours(1);

  /** The beginning of the application's lines in the output of crjvm build. */
  private static final String APPLICATION = "  | ";

  /**
   * The behaviour on a machine on which no image can be made ({@code crjvm doctor} says why):
   * {@code skip} prints a warning of one line, and {@code fail} fails the build.
   */
  @Parameter(property = "crjvm.ifImpossible", defaultValue = "skip")
  private String ifImpossible;

  /** The application's jar. Default: the project's artifact. */
  @Parameter(property = "crjvm.jar")
  private File jar;

  /**
   * The application's main class, which is started from a class path of the jar and the project's
   * runtime dependencies. Default: none, the jar is started with {@code java -jar}.
   */
  @Parameter(property = "crjvm.mainClass")
  private String mainClass;

  /**
   * The folder to which jar and dependencies ({@code lib/}) are copied and from which they are
   * started. The image contains these paths, so the folder should be the application's folder on
   * the machines that run it. If their folder is a different one, they need {@code crjvm run --map
   * OLD=NEW}.
   */
  @Parameter(
      property = "crjvm.applicationFolder",
      defaultValue = "${project.build.directory}/crjvm/application")
  private File applicationFolder;

  /**
   * True if the application is copied to {@code applicationFolder}. Otherwise it is started from
   * the place where the build has made it.
   */
  @Parameter(property = "crjvm.copyApplication", defaultValue = "true")
  private boolean copyApplication;

  /** The application's arguments. */
  @Parameter(property = "crjvm.arguments")
  private List<String> arguments = List.of();

  /** Arguments for the JVM, such as {@code -Xmx512m}. */
  @Parameter(property = "crjvm.jvmArguments")
  private List<String> jvmArguments = List.of();

  /**
   * Environment variables for the application. From the build's environment it gets only PATH, LANG
   * (C.UTF-8 if there is no locale), LC_…, TZ and TMPDIR, because an image contains its
   * environment, and that of a pipeline has tokens. HOME is an empty folder of the build.
   */
  @Parameter private Map<String, String> environmentVariables = Map.of();

  /** The application's working folder. */
  @Parameter(property = "crjvm.workingDirectory", defaultValue = "${project.basedir}")
  private File workingDirectory;

  /**
   * The warm point, at which the application is ready: {@code auto}, {@code port:8080}, {@code
   * http:URL}, {@code main} and others, as for the agent's option {@code at}.
   */
  @Parameter(property = "crjvm.at", defaultValue = "auto")
  private String at;

  /**
   * The warm-up of the application before the checkpoint: addresses with a number of requests, such
   * as {@code http://localhost:8080/*300}, or one shell command, {@code cmd:COMMAND}. Default: 300
   * requests of {@code url}, if that is set, else nothing.
   */
  @Parameter(property = "crjvm.warmUp")
  private List<String> warmUp = List.of();

  /**
   * Other options of the agent, by name, such as {@code portable}, {@code quiet}, {@code secrets},
   * {@code time-limit} or {@code helper}.
   */
  @Parameter private Map<String, String> agentOptions = Map.of();

  /** The time limit in seconds for start, warm-up and checkpoint together: 1 to 86400. */
  @Parameter(property = "crjvm.timeLimit", defaultValue = "300")
  private int timeLimit;

  /** True if the image is restored once on this machine. */
  @Parameter(property = "crjvm.verifyRestore", defaultValue = "true")
  private boolean verifyRestore;

  /**
   * The address at which the restored application has to answer with a status 2xx within 30
   * seconds. Default: the first one of {@code warmUp}. Without any address it is enough that the
   * application was restored.
   */
  @Parameter(property = "crjvm.url")
  private String url;

  /** A text that this answer has to contain. Default: any answer is accepted. */
  @Parameter(property = "crjvm.expect")
  private String expect;

  /**
   * The private key (Ed25519, PEM) with which the image is signed. Default: the image is not
   * signed.
   */
  @Parameter(property = "crjvm.signingKey")
  private File signingKey;

  /** The archive of the image. */
  @Parameter(
      property = "crjvm.archive",
      defaultValue = "${project.build.directory}/${project.build.finalName}-crjvm.tar.zst")
  private File archive;

  /**
   * True if the archive is attached to the project, so that it is installed and deployed with it.
   */
  @Parameter(property = "crjvm.attach", defaultValue = "true")
  private boolean attach;

  /** The classifier of the attached archive, whose type is {@code tar.zst}. */
  @Parameter(property = "crjvm.classifier", defaultValue = "crjvm")
  private String classifier;

  @Inject private MavenProjectHelper projectHelper;

  @Override
  void perform()
      throws MojoExecutionException, MojoFailureException, IOException, InterruptedException {
    if ("pom".equals(project().getPackaging())) {
      getLog().info("skipped: a project of packaging pom has no application");
      return;
    }
    checkParameters();
    Path application = findJar();
    Doctor doctor = examineMachine();
    if (!doctor.possible()) {
      if (ifImpossible.equals("fail")) {
        throw new MojoFailureException("no image can be made on this machine: " + doctor.reason());
      }
      getLog().warn("skipped: no image can be made on this machine: " + doctor.reason());
      return;
    }
    makeImage(application);
    logNeededMemory();
    if (signingKey != null && !isRoot()) {
      mustSucceed(crjvm("sign", "--key", signingKey.getAbsolutePath(), image()));
    }
    Path file = archive.toPath().toAbsolutePath();
    Files.createDirectories(file.getParent());
    mustSucceed(crjvm("pack", image(), file));
    if (attach) {
      projectHelper.attachArtifact(project(), "tar.zst", classifier, file.toFile());
    }
  }

  private void logNeededMemory()
      throws MojoExecutionException, MojoFailureException, IOException, InterruptedException {
    StringBuilder json = new StringBuilder();
    run(crjvm("inspect", "--json", image()), line -> json.append(line).append('\n'));
    getLog().info(NeededMemory.parse(json.toString()).sentence());
  }

  private void checkParameters() throws MojoExecutionException {
    if (!CHOICES.contains(ifImpossible)) {
      throw new MojoExecutionException(
          "ifImpossible can't be \"" + ifImpossible + "\"; use skip or fail");
    }
    if (timeLimit < 1 || timeLimit > LONGEST_LIMIT) {
      throw new MojoExecutionException(
          "timeLimit can't be \"" + timeLimit + "\"; use seconds from 1 to " + LONGEST_LIMIT);
    }
    if (signingKey != null && !signingKey.canRead()) {
      throw new MojoExecutionException(
          "signingKey can't be \"" + signingKey + "\"; give a file that can be read");
    }
    restoredUrl();
  }

  private Path findJar() throws MojoExecutionException, IOException {
    File file = jar == null ? project().getArtifact().getFile() : jar;
    if (file == null || !file.isFile()) {
      throw new MojoExecutionException(
          "there is no jar of the application"
              + (file == null ? "" : " (\"" + file + "\")")
              + "; run this goal in the same build after the one that makes it, or set jar");
    }
    if (!hasMainClass()) {
      ApplicationFolder.needMainClass(file.toPath());
    }
    return file.toPath().toAbsolutePath();
  }

  private boolean hasMainClass() {
    return mainClass != null && !mainClass.isBlank();
  }

  private Doctor examineMachine()
      throws MojoExecutionException, MojoFailureException, IOException, InterruptedException {
    String machine = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    if (!MACHINES.contains(machine)) {
      return new Doctor(
          false,
          List.of(
              "this is \""
                  + machine
                  + "\"; crjvm runs on Linux on x86-64 and on 64-bit ARM (aarch64)"));
    }
    StringBuilder json = new StringBuilder();
    run(crjvm("doctor", "--json"), line -> json.append(line).append('\n'));
    try {
      return Doctor.parse(json.toString());
    } catch (IOException e) {
      getLog().debug(e);
      throw new MojoExecutionException(
          "crjvm doctor says \""
              + json.toString().strip()
              + "\"; see that crjvm.home is a distribution folder of this version");
    }
  }

  private void makeImage(Path application)
      throws MojoExecutionException, MojoFailureException, IOException, InterruptedException {
    // An old image is deleted, because it could be taken for the one of this build.
    if (Files.isRegularFile(image().resolve("manifest"))) {
      FileUtils.deleteDirectory(image().toFile());
    }
    Files.createDirectories(image().getParent());
    Files.createDirectories(workFolder());
    Files.createDirectories(workingDirectory.toPath());
    ProcessBuilder build = crjvm(buildCommand(application).words());
    getLog().debug(build.command().toString());
    List<String> lines = new ArrayList<>();
    int status =
        run(build, Duration.ofSeconds(timeLimit).plus(OTHER_STEPS), line -> log(line, lines));
    if (status != 0) {
      String last =
          lines.isEmpty() ? "it ended with status " + status : lines.get(lines.size() - 1);
      throw new MojoFailureException(
          "there is no image: "
              + last.replaceFirst("^crjvm: (build failed: )?", "")
              + "; the whole output is in \""
              + workFolder()
              + "\"");
    }
  }

  /** Logs a line of {@code crjvm build}, which shows the application's own after a failure only. */
  private void log(String line, List<String> lines) {
    lines.add(line);
    if (line.startsWith(APPLICATION)) {
      getLog().error(line);
    } else {
      getLog().info(line.strip().replaceFirst("^crjvm: ", ""));
    }
  }

  private BuildCommand buildCommand(Path application) throws MojoExecutionException, IOException {
    URI address = restoredUrl();
    BuildCommand command =
        new BuildCommand()
            .add("--compress", "none", "--output", image().getParent())
            .add("--name", image().getFileName(), "--logs", workFolder())
            .add("--directory", workingDirectory.getAbsolutePath())
            .add("--time-limit", timeLimit, "--at", at)
            .addOption("--url", address == null ? null : address.toString())
            .addOption("--expect", address == null ? null : expect)
            .addOption("--warmup", warmUp())
            .addVariables(cleanEnvironment())
            .addVariables(environmentVariables)
            .addAgentOptions(agentOptions);
    if (!verifyRestore) {
      command.add("--no-trial");
    }
    // Root gives the application's user no chance to read the key.
    if (signingKey != null && isRoot()) {
      command.add("--sign", signingKey.getAbsolutePath());
    }
    return command
        .add("--", java())
        .add(jvmArguments.toArray())
        .add(mainCommand(application).toArray())
        .add(arguments.toArray());
  }

  private String warmUp() {
    return warmUp.stream().map(String::strip).collect(Collectors.joining(";"));
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  private List<String> mainCommand(Path application) throws IOException, MojoExecutionException {
    ApplicationFolder folder = new ApplicationFolder(applicationFolder.toPath().toAbsolutePath());
    Path started = copyApplication ? folder.addJar(application) : application;
    if (!hasMainClass()) {
      return List.of("-jar", started.toString());
    }
    List<Path> libraries =
        project().getArtifacts().stream()
            .filter(each -> each.getArtifactHandler().isAddedToClasspath())
            .map(Artifact::getFile)
            .map(File::toPath)
            .toList();
    List<Path> classPath = new ArrayList<>(List.of(started));
    classPath.addAll(copyApplication ? folder.addLibraries(libraries) : libraries);
    String text =
        classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    return List.of("-cp", text, mainClass.strip());
  }

  /** Returns the address for the trial restore, or null if there is none. */
  private URI restoredUrl() throws MojoExecutionException {
    String text = url;
    if (text == null && !warmUp.isEmpty() && warmUp.get(0).strip().startsWith("http")) {
      text = warmUp.get(0).strip().replaceFirst("\\*[0-9]+$", "");
    }
    if (text == null) {
      return null;
    }
    URI uri;
    try {
      uri = URI.create(text);
    } catch (IllegalArgumentException e) {
      uri = null;
    }
    if (uri == null
        || uri.getHost() == null
        || !List.of("http", "https").contains(uri.getScheme())) {
      throw new MojoExecutionException(
          "the address can't be \"" + text + "\"; write http://HOST:PORT/PATH");
    }
    return uri;
  }
}
