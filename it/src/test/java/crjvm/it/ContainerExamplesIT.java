package crjvm.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * examples/docker builds a container image, and the deployment of examples/kubernetes runs it:
 * podman takes both as they are, but for names. Each pod has a network of its own.
 */
class ContainerExamplesIT {
  private static final String PLACE = "registry.example.com/team/app:1";

  @RegisterExtension static final Workbench BENCH = new Workbench();
  @RegisterExtension static final Containers CONTAINERS = new Containers(BENCH);

  private static Path example(String file) {
    return Path.of(System.getProperty("crjvm.it.root"), "examples", file);
  }

  private static void build(String tag) throws Exception {
    Path folder = BENCH.newFolder("build");
    String product = BENCH.product().toString();
    ContainerEngine.call(List.of("cp", "-R", product, folder.resolve("crjvm").toString()));
    Files.copy(
        BENCH.copyOf("examples/hello-http/target/hello-http.jar"), folder.resolve("app.jar"));
    Files.copy(example("docker/Containerfile"), folder.resolve("Containerfile"));
    CONTAINERS
        .engine()
        .podman(
            "build",
            "--quiet",
            "--pull=never",
            "--network=none",
            "--cap-add=CHECKPOINT_RESTORE",
            "--security-opt=seccomp=unconfined",
            "--build-arg=BASE=" + ContainerEngine.BASE,
            "--tag=" + tag,
            folder.toString());
  }

  /** podman makes one replica of a deployment: another one has another name. */
  private static Path deployment(String name, String image) throws Exception {
    String text = Files.readString(example("kubernetes/deployment.yaml"));
    Path file = BENCH.newFolder("manifest").resolve(name + ".yaml");
    Files.writeString(
        file,
        text.replace(PLACE, image)
            .replace("name: app\n", "name: " + name + "\n")
            .replace("replicas: 2", "replicas: 1"));
    return file;
  }

  private static String container(String name) {
    return name + "-pod-" + name;
  }

  private static void play(Path manifest) throws Exception {
    CONTAINERS.engine().podman("kube", "play", "--network=none", manifest.toString());
  }

  private static void down(Path manifest) throws Exception {
    CONTAINERS.engine().podman("kube", "down", manifest.toString());
  }

  private static String ask(String name) throws Exception {
    String command = "curl -s --max-time 10 http://localhost:8080/ || :";
    return CONTAINERS.engine().podman("exec", container(name), "sh", "-c", command);
  }

  private static String awaitAnswer(String name) {
    Await.until(
        Http.START_LIMIT, "an answer of " + name, () -> !ask(name).isEmpty(), () -> "no answer");
    try {
      return ask(name);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void replicasRestore_OneOnAnUnfitNodeStartsNormally_AndAnUpdateRolls() throws Exception {
    build("localhost/team/app:1");
    Path first = deployment("app", "localhost/team/app:1");
    Path second = deployment("other", "localhost/team/app:1");
    play(first);
    play(second);
    // 200 requests of the warm-up came before these.
    assertThat(awaitAnswer("app")).containsPattern("request 2\\d\\d\\b");
    assertThat(awaitAnswer("other")).containsPattern("request 2\\d\\d\\b");

    // What an image does not fit is the same to it as a node with another CPU: a normal start.
    Path folder = BENCH.newFolder("unfit");
    Path jar = folder.resolve("app.jar");
    Files.copy(BENCH.copyOf("examples/hello-http/target/hello-http.jar"), jar);
    try (FileSystem other = FileSystems.newFileSystem(jar)) {
      Files.createFile(other.getPath("/other"));
    }
    Files.writeString(
        folder.resolve("Containerfile"),
        "FROM localhost/team/app:1\nCOPY --chmod=644 app.jar /opt/app/app.jar\n");
    CONTAINERS
        .engine()
        .podman("build", "--quiet", "--network=none", "--tag=localhost/team/app:x", folder + "");
    Path unfit = deployment("unfit", "localhost/team/app:x");
    play(unfit);
    assertThat(awaitAnswer("unfit")).containsPattern("request \\d\\d?\\b");
    down(unfit);

    // The next checkpoint, beside the old one, which goes when the new one answers.
    CONTAINERS.engine().podman("tag", "localhost/team/app:1", "localhost/team/app:2");
    Path third = deployment("next", "localhost/team/app:2");
    play(third);
    assertThat(awaitAnswer("next")).containsPattern("request 2\\d\\d\\b");
    down(first);
    assertThat(awaitAnswer("other")).containsPattern("request 2\\d\\d\\b");
    down(second);
    down(third);
  }
}
