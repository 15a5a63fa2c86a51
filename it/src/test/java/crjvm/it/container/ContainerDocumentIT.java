package crjvm.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Command;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import crjvm.it.bench.container.ContainerEngine;
import crjvm.it.bench.container.Containers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * The commands that docs/containers.md calls tested are run as they stand there, in a network of
 * their own, so that the ports are free.
 */
@Tag("container")
@ResourceLock(Containers.RESOURCE)
class ContainerDocumentIT {
  private static final Pattern TESTED =
      Pattern.compile("\\(tested\\)[^`]*?:\n\n```(sh|dockerfile)\n(.*?)```", Pattern.DOTALL);

  @RegisterExtension static final Workbench BENCH = new Workbench();
  @RegisterExtension static final Containers CONTAINERS = new Containers(BENCH);

  @Test
  void commandsOfTheDocumentWork() throws Exception {
    Requirement.need(ContainerEngine.isThere("nft"), "there is no nft for podman's networks");
    Requirement.need(ContainerEngine.isThere("ip"), "there is no ip");
    CONTAINERS.engine().podman("tag", ContainerEngine.BASE, "localhost/debian-java");
    Path folder = BENCH.newFolder("build");
    ContainerEngine.call(
        List.of("cp", "-R", BENCH.product().toString(), folder.resolve("crjvm").toString()));
    Files.copy(
        BENCH.copyOf("examples/hello-http/target/hello-http.jar"), folder.resolve("app.jar"));
    Files.writeString(folder.resolve("Containerfile"), blocks("dockerfile").get(0));
    List<String> commands = blocks("sh");
    assertThat(commands).hasSize(4);
    String script =
        "PATH=\"$1:$PATH\"; ip link set lo up || exit 1; set -ex\n" + String.join("", commands);
    RunningProcess process =
        new Command(BENCH, folder)
            .as(User.ROOT)
            .with("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
            .add("unshare", "--net", "sh", "-c", script, "sh")
            .add(CONTAINERS.engine().command().getParent())
            .run("document");
    assertThat(process.awaitExit()).as(process::describe).isZero();
    assertThat(process.stdout()).contains("request 201", "\"/opt/image/app\" is whole");
  }

  /** Returns the tested blocks in one language, in the document's order. */
  static List<String> blocks(String language) throws Exception {
    Path document = Path.of(System.getProperty("crjvm.it.root"), "docs/containers.md");
    List<String> blocks = new ArrayList<>();
    Matcher matcher = TESTED.matcher(Files.readString(document));
    while (matcher.find()) {
      if (matcher.group(1).equals(language)) {
        blocks.add(matcher.group(2));
      }
    }
    return blocks;
  }
}
