package crjvm.it.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The workflows in examples/ci, as far as they can be looked at without the service that runs them:
 * they are YAML, bash can read their commands, and the options that they give exist.
 */
class WorkflowExamplesTest {
  private static final Path ROOT =
      Path.of(System.getProperty("crjvm.it.root", "..")).toAbsolutePath().normalize();
  private static final String MACHINES = "github-actions-machines.yml";
  private static final Pattern OPTION = Pattern.compile("(?<= )--[a-z-]+");

  /** A command of crjvm's with its options, which may be on several lines. */
  private static final Pattern CALL =
      Pattern.compile("(crjvm build|check-machine)((?: +\\\\\n| +'[^']*'| +[^\\s|]+)*)");

  /** The inputs of the action that are not options of crjvm build by themselves. */
  private static final Set<String> OTHER_INPUTS = Set.of("archive", "arguments", "vm-options");

  private static Map<String, Object> read(String file) throws IOException {
    Yaml yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
    return Json.map(yaml.load(Files.readString(ROOT.resolve("examples/ci").resolve(file))));
  }

  private static Map<String, Object> job(String file) throws IOException {
    return Json.map(Json.map(read(file).get("jobs")).get("image"));
  }

  private static String help(String command) throws Exception {
    return command.equals("check-machine")
        ? output(0, "", ROOT.resolve("release/check-machine").toString(), "--help")
        : output(
            0,
            "",
            "sh",
            ROOT.resolve("launcher/libexec/build.sh").toString(),
            ROOT.resolve("launcher").toString(),
            "--help");
  }

  private static List<String> commands(String file) throws IOException {
    List<String> commands = new ArrayList<>();
    for (Object each : Json.list(job(file).get("steps"))) {
      Object run = Json.map(each).get("run");
      if (run != null) {
        commands.add(run.toString());
      }
    }
    return commands;
  }

  private static String output(int status, String input, String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (var stdin = process.getOutputStream()) {
      stdin.write(input.getBytes(StandardCharsets.UTF_8));
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isEqualTo(status);
    return output;
  }

  @ParameterizedTest
  @ValueSource(strings = {"github-actions.yml", MACHINES})
  void theShellReadsTheirCommands_WhoseOptionsExist(String file) throws Exception {
    List<String> commands = commands(file);
    assertThat(commands).isNotEmpty();
    TreeSet<String> called = new TreeSet<>();
    for (String command : commands) {
      output(0, command, "bash", "-n");
      Matcher call = CALL.matcher(command);
      while (call.find()) {
        called.add(call.group(1));
        String help = help(call.group(1));
        Matcher option = OPTION.matcher(call.group(2));
        while (option.find()) {
          assertThat(help).containsPattern("(?m)^ +" + option.group() + " ");
        }
      }
    }
    assertThat(called.contains("crjvm build")).isEqualTo(file.equals(MACHINES));
  }

  @Test
  void theInputsOfTheActionAreOptions() throws Exception {
    Map<String, Object> action = read("action.yml");
    Set<String> inputs = Json.map(action.get("inputs")).keySet();
    assertThat(inputs).containsAll(OTHER_INPUTS).hasSizeGreaterThan(10);
    String help = help("crjvm build");
    String script = "";
    for (Object step : Json.list(Json.map(action.get("runs")).get("steps"))) {
      script = Json.map(step).get("run").toString();
      output(0, script, "bash", "-n");
    }
    for (String input : inputs) {
      if (!OTHER_INPUTS.contains(input)) {
        assertThat(help).containsPattern("(?m)^ +--" + input + " ");
        assertThat(script).containsPattern("--" + input + " |[ (]" + input + "[ ;]");
      }
    }
    Map<String, Object> used = Json.map(Json.list(job("github-actions.yml").get("steps")).get(2));
    assertThat(used).containsEntry("uses", "./.github/actions/crjvm-build");
    assertThat(inputs).containsAll(Json.map(used.get("with")).keySet());
  }

  @Test
  void bothKindsOfMachinesHaveTheirRunner() throws Exception {
    Map<String, Object> job = job(MACHINES);
    Map<String, Object> strategy = Json.map(job.get("strategy"));
    assertThat(strategy).containsEntry("max-parallel", 1);
    assertThat(Json.list(Json.map(strategy.get("matrix")).get("include")))
        .containsExactly(
            Map.of("machine", "x86_64", "runner", "ubuntu-24.04"),
            Map.of("machine", "aarch64", "runner", "ubuntu-24.04-arm"));
    assertThat(job).containsEntry("runs-on", "${{ matrix.runner }}");
    assertThat(commands(MACHINES)).anyMatch(command -> command.contains("check-machine --json"));
  }
}
