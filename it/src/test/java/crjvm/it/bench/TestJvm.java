package crjvm.it.bench;

import crjvm.it.app.FreePort;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The application under test on a JVM, which can be started with or without the agent. */
public final class TestJvm {
  /**
   * Whether JVMs start with HotSpot's first compiler only, which saves a third of the processor
   * time.
   */
  private static final boolean SAVES_TIME =
      "first".equals(System.getProperty("crjvm.it.compilers"));

  /** Options of the application that say how it is compiled. */
  private static final Pattern COMPILER_OPTION = Pattern.compile("Tiered|-Xint|-Xcomp");

  private final Workbench bench;
  private final Jdk jdk;
  private final Path folder;
  private final int port = FreePort.find();
  private final List<String> vm = new ArrayList<>(List.of("-Xmx96m"));
  private final List<String> arguments = new ArrayList<>();
  private List<String> main;
  private List<String> prefix = List.of();
  private boolean hasAllCompilers;

  public TestJvm(Workbench bench, Jdk jdk) throws IOException {
    this.bench = bench;
    this.jdk = jdk;
    this.folder = bench.newFolder("application");
    this.main = List.of("-jar", bench.application().toString());
    arguments.addAll(List.of("--port", Integer.toString(port)));
  }

  public int port() {
    return port;
  }

  /** Asks the application for a checkpoint, which begins when the answer is out. */
  public void askForCheckpoint() throws IOException {
    Http.ask(port, "/checkpoint");
  }

  public Jdk jdk() {
    return jdk;
  }

  /** Returns the application's folder. */
  public Path folder() {
    return folder;
  }

  /** Returns the place for the image. */
  public Path image() {
    return folder.resolve("image");
  }

  public String url() {
    return "http://localhost:" + port + "/";
  }

  public TestJvm vm(List<String> options) {
    vm.addAll(options);
    return this;
  }

  public TestJvm vm(String... options) {
    return vm(List.of(options));
  }

  public TestJvm main(String... words) {
    main = List.of(words);
    return this;
  }

  /** Sets another jar than that of the application under test. It gets none of the arguments. */
  public TestJvm jar(Path jar) {
    arguments.clear();
    return main("-jar", jar.toString());
  }

  public TestJvm arguments(String... words) {
    arguments.addAll(List.of(words));
    return this;
  }

  /** Removes the arguments, for an application that takes no port. */
  public TestJvm withoutArguments() {
    arguments.clear();
    return this;
  }

  /** Adds all of {@code Exercises}, with the native library that one of them needs. */
  public TestJvm withExercises() throws IOException, InterruptedException {
    vm("-Dcrjvm.it.native=" + bench.nativeLibrary(jdk));
    return arguments("--exercises");
  }

  /** Sets a program that runs the java command. */
  public TestJvm under(String... words) {
    prefix = List.of(words);
    return this;
  }

  /** Returns the command with the agent. */
  public Command command(String agentOptions) {
    return command().add("-javaagent:" + bench.agent() + "=" + agentOptions, vm, main, arguments);
  }

  /** Returns the words of the command, for a caller that runs it in another way. */
  public List<String> words(String agentOptions) {
    return command(agentOptions).words();
  }

  public Command plainCommand() {
    return command().add(vm, main, arguments);
  }

  /**
   * Lets HotSpot compile with all its compilers even where this run saves processor time with
   * {@code -Dcrjvm.it.compilers=first}: for tests of compiled code, of collectors and of JDKs.
   */
  public TestJvm withAllCompilers() {
    hasAllCompilers = true;
    return this;
  }

  private Command command() {
    return new Command(bench, folder).add(prefix, jdk.java(), compilers());
  }

  private List<String> compilers() {
    boolean choosesItself = vm.stream().anyMatch(COMPILER_OPTION.asPredicate());
    return !SAVES_TIME || hasAllCompilers || choosesItself
        ? List.of()
        : List.of("-XX:TieredStopAtLevel=1");
  }

  /**
   * Starts with the agent. {@code image=} is added to its options, and so is {@code quiet=off}
   * where they do not mention it: quiet takes a second, and code that works without it works with
   * it.
   */
  public RunningProcess start(String agentOptions) throws IOException {
    boolean isToBeCalm = agentOptions.contains("quiet=") || !agentOptions.contains("at=");
    String options = isToBeCalm ? agentOptions : agentOptions + ",quiet=off";
    return command("image=" + image() + "," + options).start("checkpoint");
  }

  /** Runs until the image is there, which has to succeed. */
  public Checkpoint checkpoint(String agentOptions) throws IOException, InterruptedException {
    return checkpoint(start(agentOptions));
  }

  /** Returns the image that a process makes. This has to succeed and to end the process. */
  public Checkpoint checkpoint(RunningProcess process) throws InterruptedException {
    Await.until(
        RunningProcess.LIMIT,
        "the image",
        () -> !process.isAlive() || process.stderr().contains("failed"),
        process::describe);
    if (process.isAlive() || process.awaitExit() != 0) {
      throw new AssertionError("no image\n" + process.describe());
    }
    return new Checkpoint(bench, this, process);
  }

  /** Makes a checkpoint at the first correct answer, after a few requests. */
  public Checkpoint checkpoint() throws IOException, InterruptedException {
    return checkpoint("at=http:" + url() + ",warmup=" + url() + "count*20");
  }
}
