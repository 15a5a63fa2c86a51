package crjvm.it.container;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The buildpack's programs with a launcher that only says what it was asked for: which builds they
 * take part in, and what they hand to crjvm build.
 */
class BuildpackTest {
  private static final Path SOURCES =
      Path.of(System.getProperty("crjvm.it.root", "..")).toAbsolutePath().normalize();

  private static final Path BUILDPACK = SOURCES.resolve("buildpack");
  private static final Pattern SETTING = Pattern.compile("BP_CRJVM_[A-Z_]*[A-Z]");
  private static final Pattern ROW = Pattern.compile("^\\| `(BP_CRJVM_\\w+)` \\|");

  /** Writes each word that follows "build" on a line, in brackets, and leaves an image. */
  private static final String LAUNCHER =
      """
      #!/bin/sh
      _version='1.2.3-SNAPSHOT'
      _built_for='aarch64'
      [ "$1" = build ] || exit 0
      shift
      for word; do printf '<%s>\\n' "$word"; done >"$CNB_LAYERS_DIR/../words"
      mkdir -p "$CNB_LAYERS_DIR/image"
      """;

  @TempDir private Path folder;
  private Path application;
  private final Map<String, String> settings = new TreeMap<>();

  private record Result(int status, String output) {}

  @BeforeEach
  void prepare() throws Exception {
    application = Files.createDirectory(folder.resolve("workspace"));
    Path distribution = folder.resolve("distribution");
    Files.createDirectories(distribution.resolve("bin"));
    Files.createDirectories(distribution.resolve("libexec"));
    Files.createDirectories(distribution.resolve("licenses"));
    write(distribution.resolve("libexec/part.sh"), "");
    write(distribution.resolve("crjvm.jar"), "");
    write(distribution.resolve("LICENSE"), "");
    makeExecutable(write(distribution.resolve("bin/crjvm"), LAUNCHER));
    Path assemble = distribution.resolve("buildpack/assemble");
    for (String file : List.of("assemble", "buildpack.toml", "bin/detect", "bin/build")) {
      Path copy = write(assemble.resolveSibling(file), Files.readString(BUILDPACK.resolve(file)));
      makeExecutable(copy);
    }
    Result result = run(List.of(assemble, folder.resolve("buildpack")));
    assertThat(result.status()).as(result.output()).isZero();
    Path java = folder.resolve("jre/bin/java");
    Files.createDirectories(java.getParent());
    Files.createDirectories(folder.resolve("jre/lib"));
    makeExecutable(write(java, "#!/bin/sh\n"));
  }

  private static Path write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private static void makeExecutable(Path file) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Result run(List<Path> command) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(command.stream().map(Path::toString).toList())
            .directory(application.toFile())
            .redirectErrorStream(true);
    builder
        .environment()
        .keySet()
        .removeIf(name -> name.startsWith("BP_") || name.equals("CLASSPATH"));
    builder.environment().putAll(settings);
    builder.environment().put("CNB_BUILDPACK_DIR", folder.resolve("buildpack").toString());
    builder.environment().put("CNB_BUILD_PLAN_PATH", folder.resolve("plan.toml").toString());
    builder.environment().put("CNB_LAYERS_DIR", folder.resolve("layers").toString());
    builder.environment().put("JRE_HOME", folder.resolve("jre").toString());
    builder.environment().put("JAVA_HOME", folder.resolve("jdk").toString());
    Process process = builder.start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(process.waitFor(), output);
  }

  private Result detect() throws Exception {
    return run(List.of(folder.resolve("buildpack/bin/detect")));
  }

  /** Runs the build and returns the words that crjvm build got. */
  private List<String> build() throws Exception {
    Files.createDirectories(folder.resolve("layers"));
    Result result = run(List.of(folder.resolve("buildpack/bin/build")));
    assertThat(result.status()).as(result.output()).isZero();
    Path words = folder.resolve("words");
    assertThat(words).as(result.output()).exists();
    return Pattern.compile(">\n")
        .splitAsStream(Files.readString(words))
        .map(word -> word.substring(1))
        .toList();
  }

  private static List<String> command(List<String> words) {
    return words.subList(words.indexOf("--") + 1, words.size());
  }

  private String java() {
    return folder.resolve("jre/bin/java").toString();
  }

  private static JsonNode toml(Path file) throws IOException {
    return new TomlMapper().readTree(file.toFile());
  }

  @Test
  void theDescriptorIsAsTheBuildpackApiSays() throws Exception {
    JsonNode descriptor = toml(folder.resolve("buildpack/buildpack.toml"));
    assertThat(descriptor.path("api").textValue()).isEqualTo("0.10");
    assertThat(descriptor.at("/buildpack/id").textValue()).matches("[A-Za-z0-9./-]+");
    assertThat(descriptor.at("/buildpack/version").textValue()).isEqualTo("1.2.3");
    assertThat(descriptor.at("/targets/0/os").textValue()).isEqualTo("linux");
    assertThat(descriptor.at("/targets/0/arch").textValue()).isEqualTo("arm64");
    for (String program : List.of("detect", "build")) {
      assertThat(folder.resolve("buildpack/bin").resolve(program)).isExecutable();
    }
  }

  @Test
  void applicationsAndTheirSourcesAreDetected() throws Exception {
    assertThat(detect().status()).isEqualTo(100);
    write(application.resolve("index.html"), "");
    assertThat(detect())
        .isEqualTo(
            new Result(
                100,
                "crjvm: not in this build: there is no executable jar and no build file for one\n"));
    for (String file : List.of("pom.xml", "build.gradle.kts", "app.jar")) {
      Path there = write(application.resolve(file), "");
      assertThat(detect()).as(file).isEqualTo(new Result(0, ""));
      assertThat(toml(folder.resolve("plan.toml")).at("/requires/0/name").textValue())
          .isEqualTo("jre");
      Files.delete(there);
    }
    write(application.resolve("META-INF/MANIFEST.MF"), "Manifest-Version: 1.0\r\n");
    assertThat(detect().status()).isEqualTo(100);
    write(application.resolve("META-INF/MANIFEST.MF"), "Main-Class: a.B\r\n");
    assertThat(detect().status()).isZero();
    settings.put("BP_CRJVM_ENABLED", "false");
    assertThat(detect().status()).isEqualTo(100);
    settings.put("BP_CRJVM_ENABLED", "no");
    assertThat(detect().status()).isEqualTo(1);
  }

  @Test
  void theCommandComesFromTheManifestOrTheOnlyJarOrTheSetting() throws Exception {
    write(
        application.resolve("META-INF/MANIFEST.MF"),
        "Manifest-Version: 1.0\r\nMain-Class: org.example.a.long.\r\n name.Main\r\nOther: x\r\n");
    assertThat(command(build()))
        .containsExactly(java(), "-cp", application.toString(), "org.example.a.long.name.Main");
    settings.put("CLASSPATH", application + ":lib/a.jar");
    assertThat(command(build())).contains(application + ":lib/a.jar");
    Files.delete(application.resolve("META-INF/MANIFEST.MF"));
    write(application.resolve("runner.jar"), "");
    assertThat(command(build()))
        .containsExactly(java(), "-jar", application.resolve("runner.jar").toString());
    write(application.resolve("other.jar"), "");
    settings.put("BP_CRJVM_COMMAND", "-cp other.jar a.B");
    assertThat(command(build())).containsExactly(java(), "-cp", "other.jar", "a.B");
  }

  @Test
  void settingsBecomeOptionsOfCrjvmBuild() throws Exception {
    write(application.resolve("app.jar"), "");
    List<String> words = build();
    assertThat(words).containsSubsequence("--directory", application.toString());
    assertThat(words).containsSubsequence("--compress", "none");
    assertThat(words.get(words.indexOf("--url") + 1)).matches("http://[^/]*/");
    write(application.resolve("BOOT-INF/lib/spring-boot-actuator-4.0.7.jar"), "");
    words = build();
    assertThat(words.get(words.indexOf("--url") + 1)).endsWith("/actuator/health");

    settings.put("BP_CRJVM_URL", "http://127.0.0.1/it's");
    settings.put("BP_CRJVM_AT", "main");
    settings.put("BP_CRJVM_EXPECT", "two words");
    settings.put("BP_CRJVM_WARMUP", "cmd:echo $HOME; true");
    settings.put("BP_CRJVM_TIME_LIMIT", "600");
    settings.put("BP_CRJVM_ENV", "A=one word\nB='*'\n");
    settings.put("BP_CRJVM_AGENT_OPTIONS", "portable=v2");
    settings.put("BP_CRJVM_JVM_OPTIONS", "-Xmx100m  -Da=*");
    settings.put("BP_CRJVM_ARGUMENTS", "\"a\" $(b)");
    words = build();
    assertThat(words)
        .containsSubsequence("--url", "http://127.0.0.1/it's")
        .containsSubsequence("--at", "main")
        .containsSubsequence("--warmup", "cmd:echo $HOME; true")
        .containsSubsequence("--expect", "two words")
        .containsSubsequence("--time-limit", "600")
        .containsSubsequence("--agent-option", "portable=v2")
        .containsSubsequence("--env", "A=one word", "--env", "B='*'");
    assertThat(command(words))
        .containsExactly(
            java(),
            "-Xmx100m",
            "-Da=*",
            "-jar",
            application.resolve("app.jar").toString(),
            "\"a\"",
            "$(b)");
    JsonNode launch = toml(folder.resolve("layers/launch.toml"));
    assertThat(launch.at("/processes/0/args/0").textValue()).isEqualTo("\"a\"");
    assertThat(launch.at("/processes/0/args/1").textValue()).isEqualTo("$(b)");
  }

  @Test
  void whatAnImageDependsOnMakesAnotherOne() throws Exception {
    Path class1 = write(application.resolve("a.class"), "one");
    write(application.resolve("app.jar"), "");
    Set<String> keys = new TreeSet<>();
    keys.add(key());
    assertThat(keys).contains(key());
    Files.writeString(class1, "two");
    keys.add(key());
    Files.move(class1, application.resolve("b.class"));
    keys.add(key());
    write(folder.resolve("jre/release"), "JAVA_VERSION=\"25\"");
    keys.add(key());
    write(folder.resolve("jre/lib/server/libjvm.so"), "code");
    keys.add(key());
    settings.put("BP_CRJVM_ENV", "A=1");
    keys.add(key());
    write(folder.resolve("buildpack/crjvm/crjvm.jar"), "another agent");
    keys.add(key());
    assertThat(keys).hasSize(7);
  }

  private String key() throws Exception {
    Files.deleteIfExists(folder.resolve("layers/image.toml"));
    build();
    return toml(folder.resolve("layers/image.toml")).at("/metadata/key").textValue();
  }

  @Test
  void theDocumentHasAllSettings() throws Exception {
    Set<String> used = new TreeSet<>();
    for (String program : List.of("detect", "build")) {
      SETTING
          .matcher(Files.readString(BUILDPACK.resolve("bin").resolve(program)))
          .results()
          .forEach(match -> used.add(match.group()));
    }
    Set<String> documented =
        Files.readAllLines(SOURCES.resolve("docs/buildpack.md")).stream()
            .flatMap(line -> ROW.matcher(line).results())
            .map(match -> match.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(documented).isEqualTo(used);
  }
}
