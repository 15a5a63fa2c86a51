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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Micronaut with crjvm-micronaut, and Quarkus with crjvm-quarkus: a restore applies other settings,
 * or names them.
 */
@BesideOthers
@Tag("framework")
class ModuleSettingsIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();

  private enum Framework {
    MICRONAUT("micronaut-settings", "application.jar", "micronaut.server.port") {
      @Override
      Map<String, String> variables() {
        return Map.of(
            "DATASOURCES_DEFAULT_URL", "jdbc:h2:mem:other",
            "LOGGER_LEVELS_CRJVM_FRAMEWORKS", "debug",
            "SEASON_NAME", "winter",
            "SHOP_NAME", "third");
      }

      @Override
      Map<String, String> properties() {
        return Map.of(
            "datasources.default.url", "jdbc:h2:mem:other",
            "logger.levels.crjvm.frameworks", "debug",
            "season.name", "winter",
            "shop.name", "third");
      }

      @Override
      String answer(String shop, String season, String database, boolean debug) {
        return "shop="
            + shop
            + "/1 fixed=red season="
            + season
            + " motto=one database=jdbc:h2:mem:"
            + database
            + " debug="
            + debug;
      }
    },
    QUARKUS("quarkus-settings", "quarkus-app/quarkus-run.jar", "quarkus.http.port") {
      @Override
      Map<String, String> variables() {
        return Map.of(
            "QUARKUS_DATASOURCE_JDBC_URL", "jdbc:h2:mem:other",
            "QUARKUS_LOG_CATEGORY__CRJVM_FRAMEWORKS__LEVEL", "DEBUG");
      }

      @Override
      Map<String, String> properties() {
        return Map.of(
            "quarkus.datasource.jdbc.url", "jdbc:h2:mem:other",
            "quarkus.log.category.\"crjvm.frameworks\".level", "DEBUG");
      }

      @Override
      String answer(String shop, String season, String database, boolean debug) {
        return "shop=second motto=one database=jdbc:h2:mem:" + database + " debug=" + debug;
      }
    };

    private final String module;
    private final String jar;
    private final String portProperty;

    Framework(String module, String jar, String portProperty) {
      this.module = module;
      this.jar = jar;
      this.portProperty = portProperty;
    }

    abstract Map<String, String> variables();

    abstract Map<String, String> properties();

    abstract String answer(String shop, String season, String database, boolean debug);

    String sameAnswer() {
      return answer("second", "summer", "first", false);
    }

    String portVariable() {
      return portProperty.replace('.', '_').toUpperCase(java.util.Locale.ROOT);
    }
  }

  private static Checkpoint checkpoint(Framework framework) throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any()).withoutArguments();
    jvm.jar(BENCH.copyOfFramework(framework.module, framework.jar));
    Command command =
        jvm.command("image=" + jvm.image() + ",quiet=off,at=http:" + jvm.url() + "settings")
            .with(framework.portVariable(), Integer.toString(jvm.port()))
            .with("SHOP_NAME", "second");
    return jvm.checkpoint(command.start("checkpoint"));
  }

  private static Command start(Framework framework, Checkpoint checkpoint, Object... words) {
    return checkpoint
        .command("--no-fallback")
        .add(words)
        .with(framework.portVariable(), Integer.toString(checkpoint.jvm().port()))
        .with("SHOP_NAME", "second");
  }

  private static String answer(RunningProcess process, int port) throws Exception {
    Http.awaitAnswer(process, port, "/settings");
    String answer = Http.ask(port, "/settings");
    assertThat(process.terminate()).as(process::describe).isEqualTo(143);
    return answer;
  }

  @Matrix
  @ParameterizedTest
  @EnumSource
  void theSameSettingsChangeNothing(Framework framework) throws Exception {
    Checkpoint checkpoint = checkpoint(framework);
    RunningProcess process = start(framework, checkpoint).start("same");
    assertThat(answer(process, checkpoint.jvm().port())).isEqualTo(framework.sameAnswer());
    assertThat(process.messages()).isEmpty();
  }

  @Matrix
  @ParameterizedTest
  @EnumSource
  void portDataSourceAndLogLevelFollow(Framework framework) throws Exception {
    Checkpoint checkpoint = checkpoint(framework);
    int port = FreePort.find();
    String expected = framework.answer("third", "winter", "other", true);

    Command byVariables = start(framework, checkpoint);
    framework.variables().forEach(byVariables::with);
    byVariables.with(framework.portVariable(), Integer.toString(port));
    RunningProcess process = byVariables.start("variables");
    assertThat(answer(process, port)).isEqualTo(expected);
    assertThat(process.messages()).isEmpty();

    List<String> properties = new ArrayList<>();
    framework.properties().forEach((name, value) -> properties.add("-D" + name + "=" + value));
    properties.add("-D" + framework.portProperty + "=" + port);
    process = start(framework, checkpoint, properties).start("properties");
    assertThat(answer(process, port)).isEqualTo(expected);
    assertThat(process.messages()).isEmpty();
  }

  @Matrix
  @ParameterizedTest
  @EnumSource
  void whatDoesNotFollowIsNamed(Framework framework) throws Exception {
    Checkpoint checkpoint = checkpoint(framework);
    RunningProcess process = start(framework, checkpoint).with("MOTTO", "two").start("motto");
    assertThat(answer(process, checkpoint.jvm().port())).isEqualTo(framework.sameAnswer());
    assertThat(process.messages())
        .containsExactly(
            "crjvm: MOTTO differs from the checkpoint's, and the application has read it before it");
  }

  @Test
  void argumentsOfMicronautFollow() throws Exception {
    Framework micronaut = Framework.MICRONAUT;
    Checkpoint checkpoint = checkpoint(micronaut);
    int port = FreePort.find();
    List<String> arguments = new ArrayList<>(List.of("--"));
    micronaut.properties().forEach((name, value) -> arguments.add("--" + name + "=" + value));
    arguments.add("--" + micronaut.portProperty + "=" + port);
    arguments.add("--fixed.colour=blue");
    RunningProcess process = start(micronaut, checkpoint, arguments).start("arguments");
    assertThat(answer(process, port)).isEqualTo(micronaut.answer("third", "winter", "other", true));
    assertThat(process.messages())
        .containsExactly(
            "crjvm: fixed.colour differs from the checkpoint's, and Micronaut has read it before"
                + " it");
  }
}
