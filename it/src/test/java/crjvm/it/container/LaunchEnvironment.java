package crjvm.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The environment of a process as the launcher of buildpacks makes it: the folders of the layers,
 * their files in {@code env} and {@code env.launch}, and then their programs in {@code exec.d}.
 */
final class LaunchEnvironment {
  private static final List<String> FOLDERS = List.of("env", "env.launch");

  private final Map<String, String> values = new TreeMap<>();

  LaunchEnvironment() {
    values.put("PATH", "/usr/local/bin:/usr/bin:/bin");
  }

  /**
   * Adds what a layer has.
   *
   * @param layer its path in the container
   * @param folder where the test sees it
   */
  void addLayer(Path layer, Path folder) throws Exception {
    addFolder("PATH", layer.resolve("bin"), folder.resolve("bin"));
    addFolder("LD_LIBRARY_PATH", layer.resolve("lib"), folder.resolve("lib"));
    for (String each : FOLDERS) {
      for (Path file : files(folder.resolve(each))) {
        addFile(file);
      }
    }
    for (Path program : files(folder.resolve("exec.d"))) {
      run(program);
    }
  }

  Map<String, String> values() {
    return Map.copyOf(values);
  }

  private static List<Path> files(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private void addFolder(String name, Path path, Path folder) {
    if (Files.isDirectory(folder)) {
      values.merge(name, path.toString(), (old, more) -> more + ":" + old);
    }
  }

  private void addFile(Path file) throws IOException {
    String[] words = file.getFileName().toString().split("\\.", 2);
    String name = words[0];
    String text = Files.readString(file);
    Path delimiter = file.resolveSibling(name + ".delim");
    String between = Files.exists(delimiter) ? Files.readString(delimiter) : "";
    switch (words.length == 1 ? "override" : words[1]) {
      case "override" -> values.put(name, text);
      case "default" -> values.putIfAbsent(name, text);
      case "append" -> values.merge(name, text, (old, more) -> old + between + more);
      case "prepend" -> values.merge(name, text, (old, more) -> more + between + old);
      case "delim" -> {} // belongs to the others
      default -> throw new IllegalArgumentException(file.toString());
    }
  }

  /** Runs a program that writes variables to descriptor 3. */
  private void run(Path program) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder("sh", "-c", "exec \"$1\" 3>&1 >&2", "sh", program + "");
    builder.environment().clear();
    builder.environment().putAll(values);
    Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(program.toString()).isZero();
    JsonNode variables = new TomlMapper().readTree(output);
    variables
        .fieldNames()
        .forEachRemaining(name -> values.put(name, variables.get(name).textValue()));
  }
}
