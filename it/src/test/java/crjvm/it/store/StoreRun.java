package crjvm.it.store;

import crjvm.it.bench.Command;
import crjvm.it.bench.Http;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The application that keeps lines in files. It can be started in all ways, and remembers the lines
 * that it has said are stored.
 */
public final class StoreRun {
  private final Workbench bench;
  private final TestJvm jvm;
  private final Path store;
  private final List<String> added = new ArrayList<>();

  public StoreRun(Workbench bench, Jdk jdk, String style) throws IOException {
    this.bench = bench;
    jvm = new TestJvm(bench, jdk);
    store = jvm.folder().resolve("store");
    jvm.main("-cp", bench.application().toString(), "crjvm.it.app.StoreApplication");
    jvm.arguments("--store", store.toString(), "--style", style);
    jvm.arguments("--config", config().toString());
  }

  public TestJvm jvm() {
    return jvm;
  }

  /** Returns the folder of the files. */
  public Path store() {
    return store;
  }

  public Path config() {
    return jvm.folder().resolve("config");
  }

  /** Starts the application with the agent, which makes an image when the application answers. */
  public RunningProcess start(String agentOptions) throws IOException {
    return jvm.start("at=http:" + jvm.url() + "," + agentOptions);
  }

  /** Starts the application without the agent, and waits for an answer. */
  public RunningProcess plain() throws IOException {
    return answering(jvm.plainCommand().start("plain"));
  }

  /**
   * Starts the application from the image, or normally where that must not be, and waits for an
   * answer.
   */
  public RunningProcess run(Object... options) throws IOException {
    return answering(command(options).start("run"));
  }

  public Command command(Object... options) {
    return new Command(bench, jvm.folder())
        .add(bench.launcher(), "run", "--image", jvm.image())
        .add(options);
  }

  private RunningProcess answering(RunningProcess process) {
    Http.awaitAnswer(process, jvm.port(), "/");
    return process;
  }

  /** Makes the running application store one more line. */
  public void add(String line) throws IOException {
    if (!Http.ask(jvm.port(), "/add?" + line).equals("ok")) {
      throw new AssertionError("\"" + line + "\" was not kept");
    }
    added.add(line);
  }

  /** Returns a warm-up request that makes the application store a line. */
  public String adding(String line) {
    added.add(line);
    return jvm.url() + "add?" + line + "*1";
  }

  /** Returns the lines that have been stored so far. */
  public List<String> added() {
    return List.copyOf(added);
  }

  /** Returns the lines that the running application knows. */
  public List<String> lines() throws IOException {
    return Http.ask(jvm.port(), "/lines").lines().toList();
  }

  public String configured() throws IOException {
    return Http.ask(jvm.port(), "/config");
  }

  public String unpacked() throws IOException {
    return Http.ask(jvm.port(), "/unpacked");
  }

  public void configure(String text) throws IOException {
    Files.writeString(config(), text);
  }
}
