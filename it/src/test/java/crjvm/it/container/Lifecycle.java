package crjvm.it.container;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import crjvm.it.bench.Await;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.Workbench;
import crjvm.it.bench.container.Container;
import crjvm.it.bench.container.ContainerEngine;
import crjvm.it.bench.container.Containers;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Runs the buildpack as the lifecycle does, by version 0.10 of the Buildpack API: detection and
 * build in a container of the builder, export, and the launch in a container of the result. In the
 * place of Paketo's buildpacks it lays the files that they leave: an application that is taken
 * apart, a JRE in a layer, variables and programs for the launch, and a process.
 */
final class Lifecycle {
  /** The user of the build. The container runs as another one of the same group, as Paketo's. */
  private static final String BUILD_USER = "1001:1000";

  private static final String RUN_USER = "1002:1000";
  private static final String EXPORT_TIME = "@315532801"; // 1980-01-01 00:00:01 UTC
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final Path APPLICATION = Path.of("/workspace");
  private static final Path LAYERS = Path.of("/layers");
  private static final Path OWN_LAYERS = LAYERS.resolve("crjvm_checkpoint");
  private static final Path EARLIER_LAYERS = LAYERS.resolve("earlier");
  private static final Path JRE = EARLIER_LAYERS.resolve("jre");
  private static final Path BUILDPACK = Path.of("/cnb/buildpacks/crjvm_checkpoint/0.1.0");
  private static final Path PLANS = Path.of("/plans");
  private static final TomlMapper TOML = new TomlMapper();

  private final Workbench bench;
  private final Containers containers;
  private final Path root;
  private final Map<String, String> settings = new TreeMap<>();

  /** A phase: the status, and what was said. */
  record Result(int status, String output) {}

  private Lifecycle(Workbench bench, Containers containers) throws IOException {
    this.bench = bench;
    this.containers = containers;
    root = bench.newFolder("lifecycle");
  }

  /** Lays the files of a builder in which earlier buildpacks have done their work. */
  static Lifecycle of(Workbench bench, Containers containers, Path jar, Jdk jdk) throws Exception {
    Lifecycle lifecycle = new Lifecycle(bench, containers);
    lifecycle.layBuildpack();
    lifecycle.layApplication(jar);
    lifecycle.layJre(jdk);
    Files.createDirectories(lifecycle.onHost(OWN_LAYERS));
    Files.createDirectories(lifecycle.onHost(PLANS));
    lifecycle.own();
    return lifecycle;
  }

  /** Returns the place on the host of a path in the containers. */
  private Path onHost(Path path) {
    return root.resolve(path.toString().substring(1));
  }

  private void own() throws Exception {
    for (Path path : List.of(APPLICATION, LAYERS, PLANS)) {
      ContainerEngine.call(List.of("chown", "-R", BUILD_USER, onHost(path).toString()));
    }
  }

  private void layBuildpack() throws Exception {
    Files.createDirectories(onHost(BUILDPACK).getParent());
    String assemble = bench.product().resolve("buildpack/assemble").toString();
    ContainerEngine.call(List.of(assemble, onHost(BUILDPACK).toString()));
  }

  private void layApplication(Path jar) throws IOException {
    try (FileSystem files = FileSystems.newFileSystem(jar);
        Stream<Path> entries = Files.walk(files.getPath("/"))) {
      for (Path entry : (Iterable<Path>) entries::iterator) {
        Path target = onHost(Path.of(APPLICATION + entry.toString()));
        if (Files.isDirectory(entry)) {
          Files.createDirectories(target);
        } else {
          Files.copy(entry, target);
        }
      }
    }
  }

  /** Copies the JDK as a JRE. Debian keeps files of it elsewhere, so links are followed. */
  private void layJre(Jdk jdk) throws Exception {
    Files.createDirectories(onHost(JRE));
    String copy =
        "tar -C \"$1\" -ch --exclude=./jmods --exclude=./legal --exclude='src.zip' . |"
            + " tar -C \"$2\" -x";
    ContainerEngine.call(
        List.of("sh", "-c", copy, "sh", jdk.home().toString(), onHost(JRE).toString()));
    write(EARLIER_LAYERS.resolve("jre.toml"), "[types]\nlaunch = true\nbuild = true\n");
    write(JRE.resolve("env.launch/JAVA_HOME.default"), JRE.toString());
    write(JRE.resolve("env.launch/JAVA_TOOL_OPTIONS.append"), "-XX:+ExitOnOutOfMemoryError");
    write(JRE.resolve("env.launch/JAVA_TOOL_OPTIONS.delim"), " ");
    Path program = JRE.resolve("exec.d/memory-calculator");
    write(
        program,
        "#!/bin/sh\nprintf 'JAVA_TOOL_OPTIONS = \"%s -Xmx300m\"\\n' \"$JAVA_TOOL_OPTIONS\" >&3\n");
    ContainerEngine.call(List.of("chmod", "+x", onHost(program).toString()));
    write(
        EARLIER_LAYERS.resolve("launch.toml"),
        "[[processes]]\ntype = \"web\"\ncommand = [\"java\"]\nargs = [\"-cp\", \""
            + APPLICATION
            + "\", \"org.springframework.boot.loader.launch.JarLauncher\"]\ndefault = true\n");
  }

  private void write(Path path, String text) throws IOException {
    Files.createDirectories(onHost(path).getParent());
    Files.writeString(onHost(path), text);
  }

  Lifecycle set(String name, String value) {
    settings.put(name, value);
    return this;
  }

  /** Runs detection. The build plan is a file that is there and empty. */
  Result detect() throws Exception {
    write(PLANS.resolve("plan.toml"), "");
    own();
    return phase(containers.base(), "detect", Map.of("CNB_BUILD_PLAN_PATH", PLANS + "/plan.toml"));
  }

  JsonNode plan() throws IOException {
    return read(PLANS.resolve("plan.toml"));
  }

  /** Runs the build in a container with the variables that earlier buildpacks have set. */
  Result build(Container builder) throws Exception {
    write(PLANS.resolve("entries.toml"), "");
    Map<String, String> variables = new TreeMap<>();
    variables.put("CNB_LAYERS_DIR", OWN_LAYERS.toString());
    variables.put("CNB_BP_PLAN_PATH", PLANS + "/entries.toml");
    variables.put("PATH", JRE + "/bin:/usr/local/bin:/usr/bin:/bin");
    variables.put("LD_LIBRARY_PATH", JRE + "/lib");
    variables.put("JAVA_HOME", JRE.toString());
    variables.put("JRE_HOME", JRE.toString());
    variables.put("CLASSPATH", APPLICATION.toString());
    return phase(builder, "build", variables);
  }

  private Result phase(Container container, String name, Map<String, String> more)
      throws Exception {
    Map<String, String> variables = new TreeMap<>(more);
    variables.putAll(settings);
    variables.put("CNB_BUILDPACK_DIR", BUILDPACK.toString());
    variables.put("CNB_PLATFORM_DIR", PLANS.toString());
    variables.put("CNB_TARGET_OS", "linux");
    variables.put("CNB_TARGET_ARCH", "amd64");
    variables.put("HOME", "/home/cnb");
    container.with("--user=" + BUILD_USER, "--workdir=" + APPLICATION).withoutNetwork();
    container.with("--volume=" + onHost(BUILDPACK) + ":" + BUILDPACK + ":ro");
    for (Path path : List.of(APPLICATION, LAYERS, PLANS)) {
      container.with("--volume=" + onHost(path) + ":" + path);
    }
    variables.forEach((variable, value) -> container.with("--env=" + variable + "=" + value));
    RunningProcess process = container.start(BUILDPACK.resolve("bin").resolve(name));
    Await.until(LIMIT, name + " to end", () -> !process.isAlive(), process::describe);
    return new Result(process.awaitExit(), process.stdout() + process.stderr());
  }

  JsonNode launch() throws IOException {
    return read(OWN_LAYERS.resolve("launch.toml"));
  }

  JsonNode layer(String name) throws IOException {
    return read(OWN_LAYERS.resolve(name + ".toml"));
  }

  /** Returns the names of what the build has left in its folder of layers. */
  List<String> outputs() throws IOException {
    try (Stream<Path> files = Files.list(onHost(OWN_LAYERS))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private JsonNode read(Path path) throws IOException {
    return TOML.readTree(onHost(path).toFile());
  }

  /**
   * Does what lies between two builds: layers that are for the launch only are gone, and their
   * files have the metadata without the types, as the lifecycle writes them.
   */
  void beginNextBuild() throws Exception {
    for (String layer : List.of("launcher", "image")) {
      String key = layer(layer).at("/metadata/key").textValue();
      ContainerEngine.call(List.of("rm", "-rf", onHost(OWN_LAYERS.resolve(layer)).toString()));
      write(OWN_LAYERS.resolve(layer + ".toml"), "[metadata]\n  key = \"" + key + "\"\n");
    }
    Files.delete(onHost(OWN_LAYERS.resolve("launch.toml")));
    own();
  }

  /**
   * Makes the container image: the launch layers and the application on the base, with the owner,
   * the times and without the holes that the lifecycle gives them.
   *
   * @param steps what else the Containerfile does
   */
  String export(String name, String... steps) throws Exception {
    List<String> tar = new ArrayList<>(List.of("tar", "--create", "--numeric-owner"));
    tar.addAll(List.of("--owner=:1001", "--group=:1000", "--mtime=" + EXPORT_TIME));
    tar.addAll(List.of("--file=" + root.resolve("export.tar"), "--directory=" + root));
    tar.addAll(launchLayers().stream().map(layer -> layer.toString().substring(1)).toList());
    tar.add("workspace");
    ContainerEngine.call(tar);
    List<String> lines = new ArrayList<>(List.of("FROM " + ContainerEngine.BASE));
    lines.add("ADD export.tar /");
    lines.addAll(List.of(steps));
    Files.writeString(root.resolve("Containerfile"), String.join("\n", lines) + "\n");
    String image = "localhost/" + name;
    containers
        .engine()
        .podman(
            "build",
            "--quiet",
            "--pull=never",
            "--network=none",
            "--tag=" + image,
            "--file=" + root.resolve("Containerfile"),
            root.toString());
    return image;
  }

  /** Returns the layers whose files say that they are for the launch, in the order of the group. */
  private List<Path> launchLayers() throws IOException {
    List<Path> layers = new ArrayList<>();
    for (Path buildpack : List.of(EARLIER_LAYERS, OWN_LAYERS)) {
      try (Stream<Path> files = Files.list(onHost(buildpack))) {
        for (Path file : files.filter(Files::isDirectory).sorted().toList()) {
          Path layer = buildpack.resolve(file.getFileName());
          Path description = buildpack.resolve(file.getFileName() + ".toml");
          if (Files.exists(onHost(description))
              && read(description).at("/types/launch").asBoolean()) {
            layers.add(layer);
          }
        }
      }
    }
    return layers;
  }

  /** Returns the default process: that of the last buildpack which has one. */
  List<String> process() throws IOException {
    List<String> command = new ArrayList<>();
    for (Path buildpack : List.of(EARLIER_LAYERS, OWN_LAYERS)) {
      for (JsonNode process : read(buildpack.resolve("launch.toml")).path("processes")) {
        if (process.path("default").asBoolean()) {
          command.clear();
          process.path("command").forEach(word -> command.add(word.textValue()));
          process.path("args").forEach(word -> command.add(word.textValue()));
        }
      }
    }
    return command;
  }

  /** Returns a container that the launcher's user runs, confined. */
  Container container(String image) {
    return containers
        .of(image)
        .with("--cap-drop=ALL", "--security-opt=no-new-privileges", "--read-only")
        .with("--user=" + RUN_USER, "--workdir=" + APPLICATION)
        .withoutNetwork();
  }

  /** Starts the default process with the environment that the launcher gives it. */
  RunningProcess start(Container container) throws Exception {
    LaunchEnvironment environment = new LaunchEnvironment();
    for (Path layer : launchLayers()) {
      environment.addLayer(layer, onHost(layer));
    }
    environment.values().forEach((name, value) -> container.with("--env=" + name + "=" + value));
    return container.start(process());
  }
}
