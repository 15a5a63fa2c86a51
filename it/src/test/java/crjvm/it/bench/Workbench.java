package crjvm.it.bench;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The environment of a test class: a folder that the ordinary user can reach, with the packaged
 * product and the application under test in it; a folder for logs; the processes, which end with
 * the test. Register it as a static extension.
 */
public final class Workbench
    implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
  private static final Path ROOT = Path.of(System.getProperty("crjvm.it.root")).normalize();
  private static final Path HELPER = Path.of("/usr/local/libexec/crjvm/crjvm-helper");

  private final List<RunningProcess> ofClass = new ArrayList<>();
  private final List<RunningProcess> ofTest = new ArrayList<>();
  private Path folder;
  private Path logs;
  private Path currentLogs;
  private boolean inTest;
  private int folders;

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    Requirement.need(
        Files.exists(packaged()), "the product is not built: \"" + packaged() + "\" is missing");
    Requirement.need(Files.exists(HELPER), "\"" + HELPER + "\" is missing; run launcher/setup");
    logs =
        Path.of(
            System.getProperty("crjvm.it.logs"), context.getRequiredTestClass().getSimpleName());
    delete(logs);
    currentLogs = logs.resolve("class");
    folder = Files.createTempDirectory("crjvm-it-");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    copy(packaged(), product());
    Path files = Files.createDirectory(folder.resolve("application"));
    copy(Path.of(System.getProperty("crjvm.it.application")), application());
    copy(Path.of(System.getProperty("crjvm.it.libraries")), files.resolve("libraries"));
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    String name = context.getRequiredTestMethod().getName();
    String display = context.getDisplayName().replaceAll("[^A-Za-z0-9]+", "-");
    currentLogs = logs.resolve(display.startsWith(name) ? name : name + display);
    inTest = true;
  }

  @Override
  public void afterEach(ExtensionContext context) {
    inTest = false;
    currentLogs = logs.resolve("class");
    if (context.getExecutionException().isPresent()) {
      describe(context.getDisplayName());
    }
    end(ofTest); // The next test may need their ports.
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    end(ofClass);
    if (folder != null) {
      // Background work for the cache of crjvm java may still write there.
      Await.until(RunningProcess.LIMIT, "the end of \"" + folder + "\"", () -> isDeleted(folder));
    }
  }

  /**
   * Prints what the processes of a test that has failed did. An assertion about an answer does not
   * show that the process that had to give it had crashed.
   */
  private void describe(String test) {
    for (RunningProcess process : ofTest) {
      System.err.println("process of the failed test " + test + ": " + process.describe());
    }
  }

  private static void end(List<RunningProcess> processes) {
    processes.forEach(RunningProcess::kill);
    processes.forEach(RunningProcess::awaitKilled);
    processes.clear();
  }

  private static boolean isDeleted(Path folder) throws IOException {
    delete(folder);
    return true;
  }

  private static Path packaged() {
    return ROOT.resolve("launcher/target/crjvm");
  }

  /** Returns the distribution folder under test. */
  public Path product() {
    return folder.resolve("crjvm");
  }

  public Path launcher() {
    return product().resolve("bin/crjvm");
  }

  public Path agent() {
    return product().resolve("crjvm.jar");
  }

  public Path restorer() {
    return product().resolve("libexec/crjvm-restore");
  }

  /** Returns the installed helper, which has the capability. */
  public static Path helper() {
    return HELPER;
  }

  /** Returns the jar of {@code crjvm.it.app}. */
  public Path application() {
    return folder.resolve("application/test-application.jar");
  }

  public Path library(String artifact) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("application/libraries"))) {
      return files
          .filter(file -> file.getFileName().toString().matches(artifact + "-[0-9.]+\\.jar"))
          .findFirst()
          .orElseThrow();
    }
  }

  /** Copies a file of the source tree or of the build, relative to the root. */
  public Path copyOf(String file) throws IOException {
    Path source = ROOT.resolve(file);
    Requirement.need(Files.exists(source), "\"" + source + "\" is not built");
    Path target = folder.resolve("application").resolve(source.getFileName());
    if (!Files.exists(target)) {
      copy(source, target);
    }
    return target;
  }

  /**
   * Copies an application of frameworks/, with the libraries beside it.
   *
   * @param file the jar in the module's target folder: {@code application.jar}, or one in a folder
   *     that belongs to it as a whole
   */
  public Path copyOfFramework(String module, String file) throws IOException {
    return copyOfModule("frameworks/" + module, file, "is not built");
  }

  /** Copies a server of servers/ in the same way. */
  public Path copyOfServer(String module, String file) throws IOException {
    return copyOfModule("servers/" + module, file, "is missing; run it/servers/setup");
  }

  /** Copies the libraries of a tool of tools/. */
  public Path copyOfTool(String module) throws IOException {
    return copyOfModule("tools/" + module, "lib", "is missing; run it/tools/setup");
  }

  private Path copyOfModule(String module, String file, String otherwise) throws IOException {
    Path built = ROOT.resolve(module).resolve("target");
    Requirement.need(
        Files.exists(built.resolve(file)), "\"" + built.resolve(file) + "\" " + otherwise);
    Path folder = application().resolveSibling(Path.of(module).getFileName());
    Path top = Path.of(file).getName(0);
    for (Path part : List.of(top, Path.of("lib"))) {
      if (Files.exists(built.resolve(part)) && !Files.exists(folder.resolve(part))) {
        Files.createDirectories(folder);
        copy(built.resolve(part), folder.resolve(part));
      }
    }
    return folder.resolve(file);
  }

  /** Makes a new folder that belongs to the ordinary user. */
  public Path newFolder(String name) throws IOException {
    folders++;
    return User.ORDINARY.own(Files.createDirectory(folder.resolve(folders + "-" + name)));
  }

  /** Builds the native library of the application under test for a JDK. */
  public Path nativeLibrary(Jdk jdk) throws IOException, InterruptedException {
    return library(jdk, "native", List.of("native.c"));
  }

  /** Builds the native library of {@code ObjectApplication}. */
  public Path objectLibrary(Jdk jdk) throws IOException, InterruptedException {
    return library(
        jdk, "objects", List.of("objects.c", "advice.c", "locks.c", "refused.c", "obstacles.c"));
  }

  /** Builds the native library of {@code ClockApplication}. */
  public Path waitLibrary(Jdk jdk) throws IOException, InterruptedException {
    return library(jdk, "waits", List.of("waits.c"));
  }

  /** Builds the native library of {@code GateApplication}. */
  public Path gateLibrary(Jdk jdk) throws IOException, InterruptedException {
    return library(jdk, "gate", List.of("gate.c"));
  }

  private Path library(Jdk jdk, String name, List<String> sources)
      throws IOException, InterruptedException {
    Path sourceFolder = source("src/main/c");
    List<String> options = new ArrayList<>(List.of("-shared", "-fPIC", "-pthread"));
    options.addAll(headers(jdk));
    sources.stream().skip(1).map(sourceFolder::resolve).map(Path::toString).forEach(options::add);
    return compile(
        sourceFolder.resolve(sources.get(0)),
        folder.resolve("application/lib" + name + ".so"),
        options.toArray(String[]::new));
  }

  private static List<String> headers(Jdk jdk) {
    Path include = jdk.home().resolve("include");
    return List.of("-I" + include, "-I" + include.resolve("linux"));
  }

  /** Builds a program of it/src/test/c. */
  public Path program(String name) throws IOException, InterruptedException {
    return program(name, List.of());
  }

  /** Builds a program that starts a JVM itself. */
  public Path programWithJvm(String name, Jdk jdk) throws IOException, InterruptedException {
    return program(name, headers(jdk));
  }

  private Path program(String name, List<String> options) throws IOException, InterruptedException {
    Path source = source("src/test/c").resolve(name + ".c");
    List<String> all = new ArrayList<>(options);
    all.add("-I" + source.resolveSibling("x86_64"));
    return compile(source, folder.resolve("application").resolve(name), all.toArray(String[]::new));
  }

  /** Builds a shared library of it/src/test/c. */
  public Path sharedLibrary(String name, String... options)
      throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of("-shared", "-fPIC"));
    all.addAll(List.of(options));
    return compile(
        Path.of(System.getProperty("crjvm.it.sources"), "test/c", name + ".c"),
        folder.resolve("application/lib" + name + ".so"),
        all.toArray(String[]::new));
  }

  private static Path compile(Path source, Path target, String... options)
      throws IOException, InterruptedException {
    if (Files.exists(target)) {
      return target;
    }
    List<String> command = new ArrayList<>(List.of("cc", "-std=gnu11", "-O1", "-Wall", "-Wextra"));
    command.addAll(List.of("-Werror", "-o", target.toString(), source.toString()));
    command.addAll(List.of(options));
    if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
      throw new AssertionError("can't compile " + source);
    }
    return target;
  }

  /** Returns a file for a log of the current test. */
  public Path log(String name) throws IOException {
    return Files.createDirectories(currentLogs).resolve(name);
  }

  /** Returns a file of the module's sources, relative to its folder. */
  public static Path source(String name) {
    return ROOT.resolve("it").resolve(name);
  }

  /**
   * Starts a process that ends with the test, or with the class if it was started before all tests.
   */
  public RunningProcess start(String name, ProcessBuilder builder) throws IOException {
    Files.createDirectories(currentLogs);
    Path stdout = currentLogs.resolve(name + ".out");
    Path stderr = currentLogs.resolve(name + ".err");
    for (int i = 2; Files.exists(stdout) || Files.exists(stderr); i++) {
      stdout = currentLogs.resolve(name + "-" + i + ".out");
      stderr = currentLogs.resolve(name + "-" + i + ".err");
    }
    if (builder.redirectOutput() == ProcessBuilder.Redirect.PIPE) {
      builder.redirectOutput(stdout.toFile());
    }
    if (builder.redirectError() == ProcessBuilder.Redirect.PIPE) {
      builder.redirectError(stderr.toFile());
    }
    RunningProcess process =
        new RunningProcess(builder.start(), List.copyOf(builder.command()), stdout, stderr);
    (inTest ? ofTest : ofClass).add(process);
    return process;
  }

  /** Makes a named pipe in the place of a file, so that a reader waits at it. */
  public static void makePipe(Path path, String permissions)
      throws IOException, InterruptedException {
    if (new ProcessBuilder("mkfifo", path.toString()).inheritIO().start().waitFor() != 0) {
      throw new AssertionError("can't make the pipe \"" + path + "\"");
    }
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }

  public static void copy(Path source, Path target) throws IOException {
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : files.toList()) {
        Path copy = target.resolve(source.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy);
          boolean executable = Files.isExecutable(file);
          Files.setPosixFilePermissions(
              copy, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
        }
      }
    }
  }

  public static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, IOException e)
              throws IOException {
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
