package crjvm.it.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.app.FreePort;
import crjvm.it.bench.Await;
import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Command;
import crjvm.it.bench.Http;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import crjvm.it.framework.FrameworkProcess;
import crjvm.it.framework.SecureChecks;
import crjvm.it.framework.ServerKey;
import crjvm.it.matrix.BesideOthers;
import crjvm.it.matrix.OnEachJdk;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Each way to say when the application is ready, to warm it up, and to say what happens then. */
@BesideOthers
@Tag("variant")
class WarmPointIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static void assertRestores(Checkpoint checkpoint) throws Exception {
    assertThat(checkpoint.process().awaitExit()).isZero();
    List<String> ready =
        checkpoint.process().messages().stream()
            .filter(line -> line.startsWith("crjvm: image ready: \"" + checkpoint.image() + "\", "))
            .toList();
    assertThat(ready).as(checkpoint.process()::describe).hasSize(1);
    assertThat(ready.get(0))
        .containsPattern(", \\d+ MiB \\(memory: \\d+ MiB dumped, .*\\), [\\d.]+ s; ")
        .endsWith("crjvm run --image " + checkpoint.image());
    assertThat(checkpoint.jvm().folder().toFile().list()).containsExactly("image");
    RunningProcess restored = checkpoint.restore();
    assertThat(checkpoint.askLines("/pid")).containsOnly(Long.toString(restored.pid()));
    assertThat(restored.terminate()).isEqualTo(143);
  }

  @OnEachJdk
  @Tag("smoke")
  @Tag("core")
  void listeningPort(Jdk jdk) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, jdk.require());
    assertRestores(jvm.checkpoint("at=port:" + jvm.port()));
  }

  @OnEachJdk
  void serverThatNobodyHasDescribed(Jdk jdk) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, jdk.require());
    Checkpoint checkpoint = jvm.checkpoint("quiet=on");
    assertThat(checkpoint.process().messages())
        .contains(
            "crjvm: at=auto: the application is warm: it listens on port "
                + jvm.port()
                + ", answers with status 200, and is quiet");
    assertRestores(checkpoint);
  }

  @Test
  void nothingIsSentToAServerOfAnotherProtocol() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    jvm.main("-cp", BENCH.application().toString(), "crjvm.it.app.MuteServer");
    Checkpoint checkpoint = jvm.checkpoint("quiet=60s");
    assertThat(checkpoint.process().messages())
        .contains(
            "crjvm: at=auto: the application is warm: it listens on port "
                + jvm.port()
                + ", and is quiet");
    assertThat(checkpoint.process().stdout()).as("not even a connection").isEmpty();
    RunningProcess restored = checkpoint.command("--no-fallback").start("restored");
    Await.until(RunningProcess.LIMIT, "its port", () -> accepts(jvm.port()), restored::describe);
    restored.awaitOutput("connection: ");
  }

  @OnEachJdk
  void serverWithTlsAndAnotherPort(Jdk jdk) throws Exception {
    int secure = FreePort.find();
    ServerKey key = ServerKey.make(BENCH, jdk.require());
    TestJvm jvm = new TestJvm(BENCH, jdk).jar(BENCH.copyOfFramework("tomcat", "application.jar"));
    jvm.vm("-Dport=" + jvm.port(), "-Dtls.port=" + secure).vm(key.options());
    Checkpoint checkpoint = jvm.checkpoint("quiet=60s");
    String ports =
        Math.min(jvm.port(), secure) + " and port " + Math.max(jvm.port(), secure) + ", ";
    assertThat(checkpoint.process().messages())
        .anyMatch(
            line ->
                line.startsWith(
                        "crjvm: at=auto: the application is warm: it listens on port " + ports)
                    && line.contains("answers with status 404 on port " + jvm.port())
                    && line.contains("answers over TLS with status 404 on port " + secure)
                    && line.endsWith(", and is quiet"));
    RunningProcess restored = checkpoint.command("--no-fallback").start("restored");
    Http.awaitAnswer(restored, jvm.port(), "/greeting?name=ready");
    FrameworkProcess process =
        new FrameworkProcess(restored, jvm.folder(), jvm.port(), true, secure, key);
    SecureChecks.servesHttp2(process);
    assertThat(restored.terminate()).isEqualTo(143);
  }

  /** Uses remote management, whose ports are the JVM's and not the application's. */
  @OnEachJdk
  @SuppressWarnings("BanJNDI") // The test asks only our own JVM.
  void remoteManagementIsNoServer(Jdk jdk) throws Exception {
    int management = FreePort.find();
    TestJvm jvm = new TestJvm(BENCH, jdk.require());
    jvm.vm(
        "-Dcom.sun.management.jmxremote.port=" + management,
        "-Dcom.sun.management.jmxremote.authenticate=false",
        "-Dcom.sun.management.jmxremote.ssl=false");
    Checkpoint checkpoint = jvm.checkpoint("quiet=60s");
    assertThat(checkpoint.process().messages())
        .anyMatch(
            line ->
                line.startsWith("crjvm: at=auto: the application is warm: it listens on port ")
                    && line.contains("answers with status 200 on port " + jvm.port()));
    checkpoint.restore();
    String url = "service:jmx:rmi:///jndi/rmi://localhost:" + management + "/jmxrmi";
    try (JMXConnector connector = JMXConnectorFactory.connect(new JMXServiceURL(url))) {
      assertThat(connector.getMBeanServerConnection().getMBeanCount()).isPositive();
    }
  }

  private static boolean accepts(int port) throws IOException {
    new Socket(InetAddress.getLoopbackAddress(), port).close();
    return true;
  }

  @OnEachJdk
  void programThatEndsBeforeItListensIsATool(Jdk jdk) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, jdk.require());
    String agent = "-javaagent:" + BENCH.agent() + "=image=" + jvm.image();
    RunningProcess tool =
        new Command(BENCH, jvm.folder())
            .add(jdk.java(), agent, "-m", "jdk.compiler/com.sun.tools.javac.Main", "-version")
            .run("tool");
    assertThat(tool.awaitExit()).isZero();
    assertThat(tool.stdout() + tool.stderr()).contains("javac " + jdk.major());
    assertThat(tool.messages())
        .containsExactly(
            "crjvm: no image was made: the application ended before it listened on a port; if it is"
                + " a server, see why it ended, and if it is a tool, use at=main");
    assertThat(jvm.image()).doesNotExist();
  }

  @OnEachJdk
  void answeredAddress(Jdk jdk) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, jdk.require());
    assertRestores(jvm.checkpoint("at=http:" + jvm.url()));
  }

  @OnEachJdk
  void methodThatReturns(Jdk jdk) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, jdk.require());
    assertRestores(jvm.checkpoint("at=method:crjvm.it.app.TestApplication#ready"));
  }

  @OnEachJdk
  void timeThatPasses(Jdk jdk) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, jdk.require());
    assertRestores(jvm.checkpoint("at=delay:1500ms,quiet=off"));
  }

  @OnEachJdk
  void beforeMainTheRestoreGivesTheArguments(Jdk jdk) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, jdk.require()).arguments("of checkpoint");
    Checkpoint checkpoint = jvm.checkpoint("at=main");
    assertThat(checkpoint.process().stdout()).as("main has not run").isEmpty();
    assertRestores(checkpoint); // The start has the arguments of the checkpoint.

    int port = FreePort.find();
    RunningProcess restored =
        checkpoint
            .command("--no-fallback", "--", "--port", port, "of restore", "")
            .start("restore");
    Http.awaitAnswer(restored, port, "/");
    assertThat(Http.ask(port, "/args")).isEqualTo("--port " + port + " of restore ");
    assertThat(restored.terminate()).isEqualTo(143);
  }

  @OnEachJdk
  @Tag("core")
  void callOfTheApplicationThroughCrac(Jdk jdk) throws Exception {
    String classPath = BENCH.application() + ":" + BENCH.library("crac");
    TestJvm jvm =
        new TestJvm(BENCH, jdk.require()).main("-cp", classPath, "crjvm.it.app.CracApplication");
    Checkpoint checkpoint = jvm.checkpoint("at=api");
    assertThat(checkpoint.process().stdout().lines())
        .endsWith("asking", "before two", "before one");
    assertRestores(checkpoint);
    RunningProcess restored = checkpoint.restore();
    restored.awaitOutput("returned");
    assertThat(restored.stdout().lines()).containsExactly("after one", "after two", "returned");
  }

  @OnEachJdk
  void listenersAreToldTheArgumentsOfTheRestore(Jdk jdk) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, jdk.require()).arguments("--listener");
    Checkpoint checkpoint = jvm.checkpoint("at=port:" + jvm.port());
    RunningProcess restored = checkpoint.restore("--", "one", "two");
    restored.awaitOutput("restored with [one, two]");
  }

  @OnEachJdk
  void continuedApplicationRunsOnAndIsRestoredAsItWas(Jdk jdk) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, jdk.require());
    RunningProcess original =
        jvm.start("at=http:" + jvm.url() + ",then=continue,warmup=" + jvm.url() + "count*10");
    original.awaitError("image ready: ");
    assertThat(Http.ask(jvm.port(), "/count")).isEqualTo("11");
    assertThat(Http.ask(jvm.port(), "/print?text=original")).contains("false false");
    assertThat(original.stdout()).contains("out:original");
    assertThat(original.stderr()).contains("err:original");
    assertThat(original.terminate()).isEqualTo(143);
    assertThat(original.stdout()).contains("test application: stopped");

    Checkpoint checkpoint = new Checkpoint(BENCH, jvm, original);
    checkpoint.restore();
    assertThat(checkpoint.ask("/count")).isEqualTo("11");
  }

  @Test
  @Tag("core")
  void commandWarmsUp() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    String command = "for i in 1 2 3\\, 4; do curl -sf " + jvm.url() + "count; done";
    Checkpoint checkpoint = jvm.checkpoint("at=port:" + jvm.port() + ",warmup=cmd:" + command);
    checkpoint.restore();
    assertThat(checkpoint.ask("/count")).isEqualTo("5");
  }

  @Test
  void severalRequestsWarmUpAndProgressIsShown() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    String warmUp = jvm.url() + "count*100;" + jvm.url() + "pid;" + jvm.url() + "count*50";
    Checkpoint checkpoint = jvm.checkpoint("at=port:" + jvm.port() + ",warmup=" + warmUp);
    assertThat(checkpoint.process().stderr()).contains("warm-up: 151 of 151 requests");
    checkpoint.restore();
    assertThat(checkpoint.ask("/count")).isEqualTo("151");
  }

  @Test
  @Tag("core")
  void failedRequestIsAnErrorAndNoImage() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    RunningProcess process =
        jvm.start("at=port:" + jvm.port() + ",warmup=" + jvm.url() + "nowhere*5");
    process.awaitError("crjvm: warm-up failed: \"" + jvm.url() + "nowhere\" ");
    assertNoImageAndRunning(jvm, process);
  }

  @Test
  void failedCommandIsAnErrorAndNoImage() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    RunningProcess process = jvm.start("at=port:" + jvm.port() + ",warmup=cmd:exit 3");
    process.awaitError("crjvm: warm-up failed: the command \"exit 3\" ended with status 3");
    assertNoImageAndRunning(jvm, process);
  }

  private static void assertNoImageAndRunning(TestJvm jvm, RunningProcess process)
      throws Exception {
    assertThat(Http.ask(jvm.port(), "/")).isEqualTo("ok");
    assertThat(jvm.folder()).isEmptyDirectory();
    assertThat(process.terminate()).isEqualTo(143);
  }

  @Test
  void applicationThatEndsBeforeItsWarmPointSaysSo() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    RunningProcess process = jvm.start("at=delay:10m");
    Http.awaitAnswer(process, jvm.port(), "/");
    assertThat(Http.ask(jvm.port(), "/exit?status=3")).isEqualTo("exiting");
    assertThat(process.awaitExit()).isEqualTo(3);
    assertThat(process.messages()).hasSize(1);
    assertThat(process.stderr()).contains("no image was made", "delay:10m");
  }

  @Test
  @Tag("core")
  void newImageReplacesTheOldOne() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    jvm.checkpoint("at=port:" + jvm.port());
    Path plan = jvm.image().resolve("plan");
    byte[] first = Files.readAllBytes(plan);
    Checkpoint second = jvm.checkpoint("at=port:" + jvm.port());
    assertThat(Files.readAllBytes(plan)).isNotEqualTo(first);
    assertRestores(second);
  }
}
