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
 * The application that keeps lines in files, started in all the ways there are; and the lines that
 * it has said are there to stay.
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

  /** Where its files are. */
  public Path store() {
    return store;
  }

  public Path config() {
    return jvm.folder().resolve("config");
  }

  /** Makes an image when the application answers. */
  public RunningProcess start(String agentOptions) throws IOException {
    return jvm.start("at=http:" + jvm.url() + "," + agentOptions);
  }

  /** A start without the agent, which answers. */
  public RunningProcess plain() throws IOException {
    return answering(jvm.plainCommand().start("plain"));
  }

  /** A start from the image, or normally where that is not to be; it answers. */
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

  /** Has the running application keep one more line. */
  public void add(String line) throws IOException {
    if (!Http.ask(jvm.port(), "/add?" + line).equals("ok")) {
      throw new AssertionError("\"" + line + "\" was not kept");
    }
    added.add(line);
  }

  /** A warm-up that has the application keep a line. */
  public String adding(String line) {
    added.add(line);
    return jvm.url() + "add?" + line + "*1";
  }

  /** What has been kept so far. */
  public List<String> added() {
    return List.copyOf(added);
  }

  /** What the running application knows. */
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
