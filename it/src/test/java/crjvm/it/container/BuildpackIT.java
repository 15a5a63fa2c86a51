package crjvm.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.Workbench;
import crjvm.it.bench.container.Container;
import crjvm.it.bench.container.ContainerEngine;
import crjvm.it.bench.container.Containers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * The buildpack makes container images of a Spring Boot application that start from an image, or
 * normally where the build container can make none.
 */
@Tag("container")
@ResourceLock(Containers.RESOURCE)
class BuildpackIT {
  /** Removes every shell, as in a run image that has nothing but libraries. */
  private static final String WITHOUT_SHELL =
      "RUN [\"rm\", \"-f\", \"/bin/sh\", \"/bin/dash\", \"/bin/bash\", \"/usr/bin/env\"]";

  /** The port of Spring Boot, in a network that the container has for itself. */
  private static final int PORT = 8080;

  private static final String START = "/actuator/crjvm";

  /** An argument that needs care in a file of TOML. */
  private static final String MOTTO = "--motto=\"a\\b\"";

  private static final String PLAIN_BUILDER = "localhost/plain-builder";

  private static final Path DOCUMENT =
      Path.of(System.getProperty("crjvm.it.root"), "docs/buildpack.md");

  /** The builder of the document, and its base. */
  private static final Pattern CONTAINERFILE =
      Pattern.compile("```dockerfile\n(FROM (\\S+)\n.*?)```", Pattern.DOTALL);

  private static final List<String> NORMAL =
      List.of("java", "-cp", "/workspace", "org.springframework.boot.loader.launch.JarLauncher");

  @RegisterExtension static final Workbench BENCH = new Workbench();
  @RegisterExtension static final Containers CONTAINERS = new Containers(BENCH);

  private static Lifecycle lifecycle() throws Exception {
    return Lifecycle.of(
        BENCH,
        CONTAINERS,
        BENCH.copyOfFramework("spring-settings-4", "application.jar"),
        Jdk.any());
  }

  private static Container capable() throws Exception {
    return CONTAINERS
        .maker()
        .with("--cap-add=CHECKPOINT_RESTORE", "--security-opt=seccomp=unconfined", "--init");
  }

  /**
   * Returns a container of the document's builder as pack starts it, on a machine whose engine has
   * no seccomp filter. It has no helper, and could not use one.
   */
  private static Container restricted() throws Exception {
    Path folder = BENCH.newFolder("builder");
    build(
        folder,
        PLAIN_BUILDER,
        "FROM " + ContainerEngine.BASE,
        "RUN [\"rm\", \"-rf\", \"/usr/local/lib/crjvm\"]",
        "ENV CNB_USER_ID=1001 CNB_GROUP_ID=1000");
    String setup = BENCH.product().resolve("setup").toString();
    ContainerEngine.call(List.of(setup, "--pack-criu", folder.resolve("criu.tar.gz").toString()));
    Matcher block = CONTAINERFILE.matcher(Files.readString(DOCUMENT));
    assertThat(block.find()).isTrue();
    String file = block.group(1).replace(block.group(2), PLAIN_BUILDER);
    return CONTAINERS
        .of(build(folder, "localhost/builder", file))
        .with("--cap-drop=ALL", "--security-opt=no-new-privileges")
        .with("--security-opt=seccomp=unconfined");
  }

  private static String build(Path folder, String tag, String... lines) throws Exception {
    Path file = Files.writeString(folder.resolve("Containerfile"), String.join("\n", lines));
    String[] command = {
      "build", "--quiet", "--pull=never", "--network=none", "--tag=" + tag, "--file=" + file
    };
    CONTAINERS
        .engine()
        .podman(Stream.concat(Stream.of(command), Stream.of("" + folder)).toArray(String[]::new));
    return tag;
  }

  private static List<String> words(JsonNode list) {
    List<String> words = new ArrayList<>();
    list.forEach(word -> words.add(word.textValue()));
    return words;
  }

  private static String ask(Container container, RunningProcess process, String path)
      throws Exception {
    container.awaitStart();
    try {
      return container.exec(
          "curl",
          "-sSf",
          "--retry",
          "90",
          "--retry-delay",
          "1",
          "--retry-all-errors",
          "http://localhost:" + PORT + path);
    } catch (AssertionError e) {
      throw new AssertionError(process.describe(), e);
    }
  }

  private static void assertMade(Lifecycle lifecycle, Lifecycle.Result result) throws Exception {
    assertThat(result.status()).as(result.output()).isZero();
    assertThat(lifecycle.outputs())
        .containsExactly("image", "image.toml", "launch.toml", "launcher", "launcher.toml");
    assertOutputs(lifecycle);
  }

  /** Checks the files of TOML by their rules in the Buildpack API. */
  private static void assertOutputs(Lifecycle lifecycle) throws Exception {
    for (String layer : List.of("launcher", "image")) {
      JsonNode types = lifecycle.layer(layer).path("types");
      assertThat(types.path("launch").booleanValue()).isTrue();
      assertThat(types.size()).isEqualTo(1);
      assertThat(lifecycle.layer(layer).at("/metadata/key").textValue()).matches("[0-9a-f]{64}");
    }
    JsonNode launch = lifecycle.launch();
    assertThat(launch.path("labels").size()).isEqualTo(1);
    assertThat(launch.at("/labels/0/key").textValue()).isEqualTo("crjvm.image");
    assertThat(launch.at("/labels/0/value").textValue()).isEqualTo("yes");
    assertThat(launch.path("processes").size()).isEqualTo(1);
    JsonNode process = launch.at("/processes/0");
    assertThat(process.path("type").textValue()).isEqualTo("web");
    assertThat(process.path("default").booleanValue()).isTrue();
    String layers = "/layers/crjvm_checkpoint/";
    assertThat(words(process.path("command")))
        .containsExactly(
            layers + "launcher/bin/crjvm", "run", "--image", layers + "image", "--verbose", "--");
    assertThat(words(process.path("args"))).containsExactly(MOTTO);
  }

  private static void assertNormal(Lifecycle lifecycle) throws Exception {
    assertThat(lifecycle.outputs()).containsExactly("launch.toml");
    assertThat(lifecycle.launch().at("/labels/0/value").textValue()).isEqualTo("no");
    assertThat(lifecycle.launch().has("processes")).isFalse();
  }

  @Test
  void aBuilderWithTheCapabilityMakesAnImage_AndTheNextBuildUsesItAgain() throws Exception {
    Lifecycle lifecycle =
        lifecycle().set("BP_CRJVM_ARGUMENTS", MOTTO).set("BP_CRJVM_RUN_OPTIONS", "--verbose");
    Lifecycle.Result detected = lifecycle.detect();
    assertThat(detected.status()).as(detected.output()).isZero();
    JsonNode required = lifecycle.plan().at("/requires/0");
    assertThat(required.path("name").textValue()).isEqualTo("jre");
    assertThat(required.at("/metadata/build").booleanValue()).isTrue();
    assertThat(required.at("/metadata/launch").booleanValue()).isTrue();
    assertThat(lifecycle.plan().path("or").size()).isEqualTo(1);
    assertThat(lifecycle.plan().path("or").get(0).isEmpty()).isTrue();

    assertMade(lifecycle, lifecycle.build(capable()));
    Container container = lifecycle.container(lifecycle.export("restored", WITHOUT_SHELL));
    RunningProcess process = lifecycle.start(container);
    assertThat(ask(container, process, START)).contains("\"start\":\"restored\"");
    assertThat(ask(container, process, "/settings")).contains("motto=\"a\\b\"");
    assertThat(process.messages())
        .anyMatch(line -> line.startsWith("crjvm: restored in "))
        .noneMatch(line -> line.contains(" has another time than "));
    assertThat(container.stop()).isEqualTo(143);

    lifecycle.beginNextBuild();
    Lifecycle.Result again = lifecycle.build(CONTAINERS.base());
    assertThat(again.status()).as(again.output()).isZero();
    assertThat(again.output())
        .isEqualTo("crjvm: nothing has changed since the last build: its image is used again\n");
    assertThat(lifecycle.outputs()).containsExactly("image.toml", "launch.toml", "launcher.toml");
    assertOutputs(lifecycle);

    // With another setting the image does not fit, and this container can't make one.
    lifecycle.beginNextBuild();
    lifecycle.set("BP_CRJVM_ARGUMENTS", "");
    Lifecycle.Result other = lifecycle.build(CONTAINERS.base());
    assertThat(other.status()).as(other.output()).isZero();
    assertNormal(lifecycle);
  }

  @Test
  void withoutAnyPrivilegeAUserNamespaceIsEnough_AndADamagedImageIsNoObstacle() throws Exception {
    Lifecycle lifecycle =
        lifecycle().set("BP_CRJVM_ARGUMENTS", MOTTO).set("BP_CRJVM_RUN_OPTIONS", "--verbose");
    assertMade(lifecycle, lifecycle.build(restricted()));
    Container container =
        lifecycle.container(
            lifecycle.export(
                "damaged", "RUN [\"rm\", \"/layers/crjvm_checkpoint/image/plan\"]", WITHOUT_SHELL));
    RunningProcess process = lifecycle.start(container);
    assertThat(ask(container, process, START)).contains("\"start\":\"fallback\"");
    assertThat(process.messages())
        .containsExactly(
            "crjvm: cannot restore \"/layers/crjvm_checkpoint/image\": it is not a complete image;"
                + " starting the application normally");
    assertThat(container.stop()).isEqualTo(143);
  }

  @Test
  void withoutThePossibilityTheContainerStartsNormally_OrTheBuildFailsIfThatIsAskedFor()
      throws Exception {
    Lifecycle lifecycle = lifecycle();
    Lifecycle.Result result = lifecycle.build(CONTAINERS.maker());
    assertThat(result.status()).as(result.output()).isZero();
    assertThat(result.output())
        .contains("CAP_CHECKPOINT_RESTORE is missing from the bounding set")
        .containsOnlyOnce("crjvm: without an image, the container starts the application normally");
    assertNormal(lifecycle);
    Container container = lifecycle.container(lifecycle.export("normal"));
    RunningProcess process = lifecycle.start(container);
    assertThat(ask(container, process, "/actuator/health")).contains("\"status\":\"UP\"");
    assertThat(process.stderr()).contains("-Xmx300m");
    assertThat(container.stop()).isEqualTo(143);

    Lifecycle.Result failed = lifecycle.set("BP_CRJVM_FAILURE", "exit").build(CONTAINERS.maker());
    assertThat(failed.status()).as(failed.output()).isEqualTo(1);
    assertThat(failed.output()).contains("crjvm: buildpack failed: this build container");
  }

  @Test
  void anApplicationThatDoesNotAnswerStartsNormally() throws Exception {
    Lifecycle lifecycle =
        lifecycle().set("BP_CRJVM_EXPECT", "no such text").set("BP_CRJVM_TIME_LIMIT", "240");
    Lifecycle.Result result = lifecycle.build(capable());
    assertThat(result.status()).as(result.output()).isZero();
    assertThat(result.output())
        .contains("does not contain \"no such text\"")
        .containsOnlyOnce("crjvm: without an image, the container starts the application normally");
    assertNormal(lifecycle);
    assertThat(lifecycle.container(lifecycle.export("silent"))).isNotNull();
    assertThat(lifecycle.process()).isEqualTo(NORMAL);
  }
}
