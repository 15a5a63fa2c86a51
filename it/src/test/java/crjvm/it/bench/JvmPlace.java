package crjvm.it.bench;

import crjvm.it.app.FreePort;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A folder of the application under test, with the port that it listens on and the commands that
 * start it there, with or without the agent. {@link TestJvm} says how the commands come about.
 */
public class JvmPlace {
  /** Options of the application that say how it is compiled. */
  private static final Pattern COMPILER_OPTION = Pattern.compile("Tiered|-Xint|-Xcomp");

  final Workbench bench;
  final List<String> vm = new ArrayList<>(List.of("-Xmx96m"));
  final List<String> arguments = new ArrayList<>();
  List<String> main;
  List<String> prefix = List.of();
  boolean hasAllCompilers;
  private final Jdk jdk;
  private final Path folder;
  private final int port = FreePort.find();

  JvmPlace(Workbench bench, Jdk jdk) throws IOException {
    this.bench = bench;
    this.jdk = jdk.require();
    this.folder = bench.newFolder("application");
    this.main = List.of("-jar", bench.application().toString());
    arguments.addAll(List.of("--port", Integer.toString(port)));
  }

  public int port() {
    return port;
  }

  public String url() {
    return "http://localhost:" + port + "/";
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

  /** Asks the application for a checkpoint, which begins when the answer is out. */
  public void askForCheckpoint() throws IOException {
    Http.ask(port, "/checkpoint");
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

  private Command command() {
    return new Command(bench, folder).add(prefix, jdk.java(), compilers());
  }

  private List<String> compilers() {
    boolean choosesItself = vm.stream().anyMatch(COMPILER_OPTION.asPredicate());
    return hasAllCompilers || choosesItself ? List.of() : Compilers.options();
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

  /** Starts with an agent that makes a checkpoint at the first correct answer, after requests. */
  RunningProcess startForFirstAnswer() throws IOException {
    return start("at=http:" + url() + ",warmup=" + url() + "count*20");
  }
}
