package crjvm.it.framework;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.app.FreePort;
import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Command;
import crjvm.it.bench.Http;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import crjvm.it.matrix.Matrix;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Spring Boot with crjvm-spring-boot: a restore applies other settings, or names them. */
@BesideOthers
@Tag("framework")
class SpringSettingsIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static final String NAMED =
      " from the checkpoint's, and the application has read %s before it";

  private static Checkpoint checkpoint(String version) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    jvm.jar(BENCH.copyOfFramework("spring-settings-" + version, "application.jar"));
    Command command =
        jvm.command(
                "image="
                    + jvm.image()
                    + ",quiet=off,at=http:http://localhost:"
                    + jvm.port()
                    + "/settings")
            .with("SERVER_PORT", Integer.toString(jvm.port()))
            .with("SHOP_NAME", "second");
    return jvm.checkpoint(command.start("checkpoint"));
  }

  private static Command start(Checkpoint checkpoint, Object... words) {
    return checkpoint
        .command("--no-fallback")
        .add(words)
        .with("SERVER_PORT", Integer.toString(checkpoint.jvm().port()))
        .with("SHOP_NAME", "second");
  }

  private static String answer(RunningProcess process, int port) throws Exception {
    Http.awaitAnswer(process, port, "/settings");
    String answer = Http.ask(port, "/settings");
    assertThat(process.terminate()).as(process::describe).isEqualTo(143);
    return answer;
  }

  private static String settings(
      String shop, String database, boolean debug, String profiles, int port) {
    return "shop="
        + shop
        + "/1 fixed=red motto=one database=jdbc:h2:mem:"
        + database
        + " debug="
        + debug
        + " profiles="
        + profiles
        + " port="
        + port;
  }

  @Matrix
  @ParameterizedTest
  @ValueSource(strings = {"3", "4"})
  void theSameSettingsChangeNothing(String version) throws Exception {
    Checkpoint checkpoint = checkpoint(version);
    RunningProcess process = start(checkpoint).start("same");
    assertThat(answer(process, checkpoint.jvm().port()))
        .isEqualTo(settings("second", "first", false, "", checkpoint.jvm().port()));
    assertThat(process.messages()).isEmpty();
  }

  @Matrix
  @ParameterizedTest
  @ValueSource(strings = {"3", "4"})
  void theActuatorKnowsOfTheRestoreAndTheCopyIsReady(String version) throws Exception {
    Checkpoint checkpoint = checkpoint(version);
    RunningProcess process = start(checkpoint).start("actuator");
    int port = checkpoint.jvm().port();
    Http.awaitAnswer(process, port, "/settings");
    String id =
        Files.readAllLines(checkpoint.image().resolve("manifest")).stream()
            .filter(line -> line.startsWith("image-id="))
            .map(line -> line.substring("image-id=".length()))
            .findFirst()
            .orElseThrow();
    assertThat(Http.ask(port, "/actuator/crjvm"))
        .contains("\"start\":\"restored\"", "\"imageId\":\"" + id + "\"", "\"imageAge\":")
        .contains("\"restoreTime\":\"20");
    // At the checkpoint it refused traffic, and a copy that has its settings does not.
    assertThat(Http.ask(port, "/actuator/health/readiness")).isEqualTo("{\"status\":\"UP\"}");
    assertThat(process.terminate()).as(process::describe).isEqualTo(143);
  }

  @Matrix
  @ParameterizedTest
  @ValueSource(strings = {"3", "4"})
  void portDataSourceLogLevelAndPropertiesFollow(String version) throws Exception {
    Checkpoint checkpoint = checkpoint(version);
    int port = FreePort.find();
    String expected = settings("third", "other", true, "", port);
    Map<String, String> settings =
        Map.of(
            "server.port",
            Integer.toString(port),
            "shop.name",
            "third",
            "spring.datasource.url",
            "jdbc:h2:mem:other",
            "logging.level.crjvm.frameworks",
            "debug");

    Command byVariables = start(checkpoint);
    settings.forEach(
        (name, value) ->
            byVariables.with(name.replace('.', '_').toUpperCase(java.util.Locale.ROOT), value));
    RunningProcess process = byVariables.start("variables");
    assertThat(answer(process, port)).isEqualTo(expected);
    assertThat(process.messages()).isEmpty();

    List<String> properties = new ArrayList<>();
    settings.forEach((name, value) -> properties.add("-D" + name + "=" + value));
    process = start(checkpoint, properties).start("properties");
    assertThat(answer(process, port)).isEqualTo(expected);
    assertThat(process.messages()).isEmpty();

    List<String> arguments = new ArrayList<>(List.of("--"));
    settings.forEach((name, value) -> arguments.add("--" + name + "=" + value));
    process = start(checkpoint, arguments).start("arguments");
    assertThat(answer(process, port)).isEqualTo(expected);
    assertThat(process.messages()).isEmpty();
  }

  @Matrix
  @ParameterizedTest
  @ValueSource(strings = {"3", "4"})
  void whatCantBeSetTwiceIsNamed_AndTheRestFollows(String version) throws Exception {
    Checkpoint checkpoint = checkpoint(version);
    int port = checkpoint.jvm().port();
    RunningProcess process =
        start(checkpoint, "--", "--sealed.colour=blue", "--shop.name=last").start("sealed");
    assertThat(answer(process, port)).isEqualTo(settings("last", "first", false, "", port));
    assertThat(process.messages())
        .containsExactly(
            "crjvm: sealed.* differs from the checkpoint's, and the application does not take it"
                + " again: it is sealed");

    process = start(checkpoint, "--", "--shop.name=last").with("OTHER", "one").start("other");
    assertThat(answer(process, port)).isEqualTo(settings("last", "first", false, "", port));
    assertThat(process.stderr()).doesNotContain("sealed");
  }

  @Matrix
  @ParameterizedTest
  @ValueSource(strings = {"3", "4"})
  void whatDependsOnTheProfileFollows_TheRestIsNamed(String version) throws Exception {
    Checkpoint checkpoint = checkpoint(version);
    int port = checkpoint.jvm().port();
    RunningProcess process =
        start(checkpoint).with("SPRING_PROFILES_ACTIVE", "other").start("profile");
    assertThat(answer(process, port))
        .as("SHOP_NAME says more than the file")
        .isEqualTo(settings("second", "first", true, "other", port));
    assertThat(process.messages())
        .containsExactly(
            "crjvm: motto differs from the checkpoint's, and Spring has read it before it");

    process = start(checkpoint).with("FIXED_COLOUR", "blue").with("MOTTO", "two").start("fixed");
    assertThat(answer(process, port)).isEqualTo(settings("second", "first", false, "", port));
    assertThat(process.messages()).hasSize(2);
    assertThat(process.messages().get(0))
        .contains("FIXED_COLOUR", "MOTTO")
        .endsWith(" differ" + String.format(NAMED, "them"));

    process =
        start(checkpoint, "--", "--fixed.colour=blue", "--shop.name=last", "more").start("more");
    assertThat(answer(process, port)).isEqualTo(settings("last", "first", false, "", port));
    assertThat(process.messages())
        .containsExactly(
            "crjvm: fixed.colour, the arguments differ from the checkpoint's, and Spring has read"
                + " them before it");
  }
}
