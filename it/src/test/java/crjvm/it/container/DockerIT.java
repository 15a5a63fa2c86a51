package crjvm.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Command;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import crjvm.it.bench.container.Docker;
import crjvm.it.bench.registry.RegistryServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Docker itself, with its own seccomp filter and its own handling of capabilities and folders. The
 * tests check the statements of examples/docker and docs/containers.md about it.
 */
@Tag("container")
class DockerIT {
  private static final String CURL =
      "curl -sSf --retry 20 --retry-all-errors --retry-delay 1 http://localhost:8080/\n";

  /** The answer of the restored copy after the 200 requests of the warm-up. */
  private static final String ANSWER = "Hello, request 201\n";

  @RegisterExtension static final Workbench BENCH = new Workbench();
  @RegisterExtension static final Docker DOCKER = new Docker(BENCH);

  private static DockerExample example;

  @BeforeAll
  static void prepare() throws Exception {
    example = new DockerExample(BENCH);
  }

  /** Runs the commands of the example's README and those of the document about running it. */
  @Test
  void theExampleMakesAContainerImageThatRestores() throws Exception {
    String run = example.commands().get(2);
    assertThat(run).startsWith("docker run -d -p 8080:8080 ");
    String document = ContainerDocumentIT.blocks("sh").get(1);
    assertThat(document).contains("podman run -d --name app ", "podman stop app");
    String script =
        String.join(
            "\n",
            example.commands().get(1),
            "container=$(" + run + ")",
            CURL,
            "docker exec \"$container\" cat /proc/1/status",
            "docker logs \"$container\" 2>&1",
            "docker stop \"$container\"",
            "docker wait \"$container\"",
            document.replace("podman", "docker"));
    RunningProcess process = DOCKER.run(example.root(), "example", script);
    // The lines of the normal start come from the making of the checkpoint.
    String output = process.stdout();
    output = output.substring(output.indexOf(ANSWER) + ANSWER.length());
    assertThat(output)
        .contains("Uid:\t1000\t1000", "NoNewPrivs:\t1", "Seccomp:\t2")
        .contains("CapEff:\t0000000000000000", "CapBnd:\t0000000000000000")
        .contains("\n143\n", ANSWER)
        .doesNotContain("crjvm: ", "listening on port");
  }

  /**
   * Leaves out the first command: podman's way to give capabilities to a build does not work with
   * Docker.
   */
  @Test
  void commandsOfTheDocumentWork_AndItsFilterMayStay() throws Exception {
    List<String> document = ContainerDocumentIT.blocks("sh");
    String run =
        "docker run --rm --init --read-only --user 1000:1000 --cap-add CHECKPOINT_RESTORE"
            + " -v images:/opt/image ${options} app-builder timeout ${limit}"
            + " java -javaagent:/opt/crjvm/crjvm.jar=image=/opt/image/${name},at=port:8080"
            + " -jar /opt/app/app.jar\n";
    String script =
        String.join("", document.subList(2, document.size())).replace("podman", "docker")
            + run.replace("${options}", "--cap-add SYS_PTRACE --tmpfs /tmp")
                .replace("${limit}", "120")
                .replace("${name}", "filtered")
            + "docker run -d --name filtered -p 8080:8080 --cap-drop ALL --read-only"
            + " -v images:/opt/image:ro app-builder"
            + " /opt/crjvm/bin/crjvm run --no-fallback --image /opt/image/filtered\n"
            + CURL
            + "docker logs filtered 2>&1\n"
            + "! "
            + run.replace("${options}", "").replace("${limit}", "20").replace("${name}", "refused");
    Files.writeString(
        example.folder().resolve("Containerfile"), ContainerDocumentIT.blocks("dockerfile").get(0));
    assertThat(script).contains("-f Containerfile --target builder -t app-builder .");
    RunningProcess process = DOCKER.run(example.folder(), "document", script);
    assertThat(process.stdout()).contains("\"/opt/image/app\" is whole", "Hello, request 1\n");
    assertThat(process.messages()).filteredOn(line -> line.contains("image ready")).hasSize(3);
    assertThat(process.messages())
        .filteredOn(line -> line.contains("failed"))
        .singleElement()
        .asString()
        .contains(
            "processes run under a seccomp filter here that forbids what a dump needs (kcmp)");
  }

  /** Runs a container image that crjvm oci build has made, and stops it. */
  private static String restored(String image, int port) {
    return "docker run --detach --name built --network host --cap-drop ALL"
        + " --security-opt no-new-privileges --read-only "
        + image
        + " --no-fallback\n"
        + CURL.replace(":8080/", ":" + port + "/count")
        + "echo\ndocker stop built\ndocker wait built\ndocker logs built 2>&1\ndocker rm built\n";
  }

  /** Shows that Docker takes zstd layers from a registry, and both kinds from a file. */
  @Test
  void containerImagesOfOciBuildArePulledAndLoaded() throws Exception {
    Checkpoint checkpoint = new TestJvm(BENCH, Jdk.any()).checkpoint();
    Path folder = checkpoint.jvm().folder();
    RegistryServer registry = RegistryServer.start(BENCH);
    registry.startIn(DOCKER::of, BENCH);
    for (List<String> options :
        List.of(
            List.of("--to", "docker://" + registry.place("team/built:1")),
            List.of("--to", "tar:" + folder.resolve("zstd.tar"), "--name", "localhost/zstd"),
            List.of(
                "--to",
                "tar:" + folder.resolve("gzip.tar"),
                "--name",
                "localhost/gzip",
                "--compression",
                "gzip"))) {
      RunningProcess build =
          new Command(BENCH, folder)
              .with("HOME", folder.toString())
              .add(BENCH.launcher(), "oci", "build", "--image", checkpoint.image())
              .add(options)
              .run("oci-build");
      assertThat(build.awaitExit()).as(build::describe).isZero();
    }
    String pulled = registry.place("team/built:1");
    String script =
        "docker pull "
            + pulled
            + "\n"
            + restored(pulled, checkpoint.port())
            + "docker rmi "
            + pulled
            + "\ndocker load --input zstd.tar\n"
            + restored("localhost/zstd", checkpoint.port())
            + "docker rmi localhost/zstd\ndocker load --input gzip.tar\n"
            + restored("localhost/gzip", checkpoint.port());
    RunningProcess process = DOCKER.run(folder, "built", script);
    // Each copy answers with the number after those of the warm-up, and ends by the signal.
    assertThat(process.stdout().lines().filter("143"::equals)).as(process::describe).hasSize(3);
    assertThat(process.stdout().lines().filter("21"::equals)).as(process::describe).hasSize(3);
  }
}
