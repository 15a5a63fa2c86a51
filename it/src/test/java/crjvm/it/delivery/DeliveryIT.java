package crjvm.it.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.app.FreePort;
import crjvm.it.bench.Await;
import crjvm.it.bench.Command;
import crjvm.it.bench.Http;
import crjvm.it.bench.ProcFile;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.Workbench;
import crjvm.it.bench.container.Containers;
import crjvm.it.bench.registry.RegistryServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * The way from a Maven project to a container out of a registry, in docs/maven-plugin.md. Its three
 * commands are run as they stand there, except for the registry's name, which has no TLS, and the
 * container's network. The crjvm part of the project's POM stands there, too.
 */
@Tag("delivery")
@ResourceLock(Containers.RESOURCE)
class DeliveryIT {
  private static final Pattern COMMANDS =
      Pattern.compile("```\n(mvn package\n.*?)```", Pattern.DOTALL);

  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final String PLACE = "registry.example.com/team/app:1";

  @RegisterExtension static final Workbench BENCH = new Workbench();
  @RegisterExtension static final Containers CONTAINERS = new Containers(BENCH);

  @Test
  void aMavenProjectBecomesARestoredContainer() throws Exception {
    RegistryServer registry = RegistryServer.start(BENCH);
    int port = FreePort.find();
    MavenProject project = new MavenProject(BENCH, port);
    List<String> commands = commands(registry.place("team/app:1"));
    assertThat(commands).hasSize(3);

    RunningProcess build = succeed(project.command(commands.get(0)), "package");
    assertThat(build.stdout()).contains("image ready: ", "BUILD SUCCESS");
    assertThat(project.downloaded("crjvm-maven-plugin", ".jar")).exists();
    assertThat(project.downloaded("crjvm-launcher", ".tar.gz")).exists();
    assertThat(build.stdout()).doesNotContain("hecksum");
    succeed(project.command(commands.get(1)), "deliver");

    RunningProcess container = start(commands.get(2));
    Http.awaitAnswer(container, port, "/hello?name=you");
    assertThat(Http.ask(port, "/hello?name=you")).isEqualTo("Hello, you!");
    // A normal start would give its reason, and Spring Boot would print its start messages.
    // The variables, such as HOSTNAME, are the container's own.
    assertThat(container.messages())
        .allMatch(line -> line.contains(" differ from the checkpoint's"));
    assertThat(container.stdout()).doesNotContain("Started HelloApplication");
    String name = CONTAINERS.engine().podman("ps", "--quiet");
    String pid = CONTAINERS.engine().podman("inspect", "--format={{.State.Pid}}", name);
    assertThat(Files.readString(ProcFile.of(Long.parseLong(pid), "status")))
        .containsPattern("Uid:\t1000\t1000")
        .contains("CapEff:\t0000000000000000", "CapBnd:\t0000000000000000");
    CONTAINERS.engine().podman("stop", "--time", "20", name);
    assertThat(container.awaitExit()).isEqualTo(143);

    RunningProcess help = succeed(project.helpFromLocalRepository(), "help");
    assertThat(help.stdout()).contains("crjvm:checkpoint", "crjvm:verify", "crjvm:run");
  }

  private static RunningProcess succeed(Command command, String name) throws Exception {
    RunningProcess process = command.start(name);
    Await.until(LIMIT, name + " to end", () -> !process.isAlive(), process::describe);
    assertThat(process.awaitExit()).as(process::describe).isZero();
    return process;
  }

  private static List<String> commands(String place) throws Exception {
    Path document = Path.of(System.getProperty("crjvm.it.root"), "docs/maven-plugin.md");
    Matcher matcher = COMMANDS.matcher(Files.readString(document));
    assertThat(matcher.find()).isTrue();
    return matcher.group(1).replace(PLACE, place).lines().toList();
  }

  /**
   * Starts a container in the host's network and allows a registry without TLS. The rest stays as
   * in the document.
   */
  private static RunningProcess start(String line) throws Exception {
    String plain = "podman run ";
    String port = "-p 8080:8080";
    assertThat(line).startsWith(plain).contains(port);
    List<String> words = new ArrayList<>();
    words.add(CONTAINERS.engine().command().toString());
    String rest = line.substring("podman ".length()).replace(port, "--network=host");
    words.addAll(List.of(rest.replace("run ", "run --tls-verify=false ").split(" ")));
    return BENCH.start("container", new ProcessBuilder(words));
  }
}
