package crjvm.it.store;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.app.FreePort;
import crjvm.it.bench.Command;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.Workbench;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A folder in which a server keeps its files, with the commands that start the server and its
 * client there.
 *
 * @param jar the client's jar; the server's libraries are beside it
 * @param ports the ports of every start, except a second one at the same time
 */
public record StorePlace(
    Workbench bench, StoreKind kind, Jdk jdk, Path jar, Path folder, List<Integer> ports)
    implements StoreFolder {
  public static StorePlace make(Workbench bench, StoreKind kind, Jdk jdk) throws Exception {
    Path jar = bench.copyOfServer(kind.module(), "application.jar");
    Path folder = bench.newFolder(kind.name());
    StorePlace place = new StorePlace(bench, kind, jdk, jar, folder, freePorts(kind));
    kind.prepare(place);
    return place;
  }

  private static List<Integer> freePorts(StoreKind kind) {
    return Stream.generate(FreePort::find).limit(kind.ports()).toList();
  }

  List<Integer> otherPorts() {
    return freePorts(kind);
  }

  @Override
  public Path libraries() {
    return jar.resolveSibling("lib");
  }

  /**
   * Returns the words of the java command, without the command itself. The tests are about files:
   * servers start often and get few requests, so the second compiler would only take the
   * processors.
   */
  List<Object> words(List<Integer> ports) throws IOException {
    List<Object> words = new ArrayList<>(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"));
    words.addAll(kind.words(this, ports));
    return words;
  }

  public Command server(Object... options) throws IOException {
    return server(ports, options);
  }

  /** Returns the command that starts the server without crjvm, unless an option says otherwise. */
  public Command server(List<Integer> ports, Object... options) throws IOException {
    return new Command(bench, folder).add(jdk.java()).add(options).add(words(ports));
  }

  @Override
  public void tool(Object... words) throws Exception {
    run(0, jdk.java(), "-cp", libraries() + "/*", List.of(words));
  }

  @Override
  public void run(int status, Object... words) throws Exception {
    RunningProcess tool = new Command(bench, folder).add(words).run("tool");
    assertThat(tool.awaitExit()).as(tool::describe).isEqualTo(status);
  }

  /** Returns the server's release. */
  String release() throws IOException {
    Pattern name = Pattern.compile(Pattern.quote(kind.library()) + "-(\\d.*?)(?:\\.jar)?");
    // The libraries are beside the client, and so is the folder of a distribution.
    try (Stream<Path> files = Files.walk(jar.getParent(), 2)) {
      return files
          .map(file -> name.matcher(file.getFileName().toString()))
          .filter(Matcher::matches)
          .map(matcher -> matcher.group(1))
          .findFirst()
          .orElseThrow();
    }
  }

  Command client(int port, Object... words) {
    return new Command(bench, folder).add(clientWords(port)).add(words);
  }

  /** Returns a client that takes commands from lines of its input. */
  Command session() {
    return new Command(bench, folder).add(clientWords());
  }

  List<Object> clientWords(Object... words) {
    List<Object> all = new ArrayList<>(List.of(jdk.java(), "-XX:TieredStopAtLevel=1"));
    all.addAll(List.of("-jar", jar));
    all.addAll(List.of(words));
    return all;
  }

  boolean isOpen(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }
}
