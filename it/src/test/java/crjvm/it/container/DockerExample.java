package crjvm.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Workbench;
import crjvm.it.bench.container.ContainerEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** A copy of examples/docker with the files that have to be beside it. */
final class DockerExample {
  static final String JAR = "examples/hello-http/target/hello-http.jar";

  private static final Pattern COMMAND = Pattern.compile("```\n(.*?)\n```");

  private final Path folder;

  DockerExample(Workbench bench) throws IOException, InterruptedException {
    folder = bench.newFolder("build").resolve("examples/docker");
    Files.createDirectories(folder.getParent());
    Path examples = Path.of(System.getProperty("crjvm.it.root"), "examples/docker");
    ContainerEngine.call(List.of("cp", "-R", examples.toString(), folder.toString()));
    String product = bench.product().toString();
    ContainerEngine.call(List.of("cp", "-R", product, folder.resolve("crjvm").toString()));
    Files.copy(bench.copyOf(JAR), folder.resolve("app.jar"));
  }

  Path folder() {
    return folder;
  }

  /** Returns the folder in which the README's commands are run. */
  Path root() {
    return folder.getParent().getParent();
  }

  /** Returns the commands of the README: podman's build, the script for Docker, Docker's run. */
  List<String> commands() throws IOException {
    List<String> commands =
        COMMAND
            .matcher(Files.readString(folder.resolve("README.md")))
            .results()
            .map(match -> match.group(1))
            .toList();
    assertThat(commands).hasSize(3);
    return commands;
  }
}
