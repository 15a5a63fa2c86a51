package crjvm.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * {@code crjvm push}, {@code crjvm pull} and {@code crjvm oci build} with a registry that has TLS
 * and wants to know who asks.
 */
class RegistryLoginIT {
  private static final String OPTIONS = "JAVA_TOOL_OPTIONS";

  @RegisterExtension static final Workbench BENCH = new Workbench();
  @RegisterExtension static final Containers CONTAINERS = new Containers(BENCH);

  private static final SharedImage IMAGE =
      new SharedImage(jdk -> new TestJvm(BENCH, jdk).checkpoint());

  private static RegistryAccess access;
  private static RegistryServer registry;

  /** Of a user who is logged in nowhere. */
  private static Path home;

  @BeforeAll
  static void start() throws Exception {
    access = RegistryAccess.make(BENCH);
    registry = RegistryServer.start(BENCH, access);
    home = BENCH.newFolder("home");
  }

  /** The three commands, as a user has them who trusts the registry. */
  private static List<Command> commands(Checkpoint checkpoint, Path copy) throws IOException {
    return commands(checkpoint, registry.host() + "/team", copy);
  }

  private static List<Command> commands(Checkpoint checkpoint, String place, Path copy)
      throws IOException {
    return List.of(
        crjvm(checkpoint, "push", checkpoint.image(), "oci://" + place + "/app:1"),
        crjvm(checkpoint, "pull", "oci://" + place + "/app:1", copy),
        crjvm(checkpoint, "oci", "build", "--image", checkpoint.image())
            .add("--to", "docker://" + place + "/container:1"));
  }

  private static Command crjvm(Checkpoint checkpoint, Object... words) throws IOException {
    return BaseLayers.in(new Command(BENCH, checkpoint.jvm().folder()))
        .with("HOME", home.toString())
        .with(OPTIONS, access.options())
        .add(BENCH.launcher())
        .add(words);
  }

  /** What the command said itself. */
  private static String errors(RunningProcess process) {
    return process.stderr().replaceFirst("^Picked up " + OPTIONS + ": .*\n", "");
  }

  private static void succeed(Command command) throws Exception {
    RunningProcess process = command.run("registry-command");
    assertThat(process.awaitExit()).as(process::describe).isZero();
    assertThat(errors(process)).isEmpty();
    assertThat(process.stdout()).hasLineCount(1);
  }

  private static void fail(Command command, String... causes) throws Exception {
    RunningProcess process = command.run("registry-refusal");
    assertThat(process.awaitExit()).as(process::describe).isEqualTo(1);
    assertThat(errors(process)).hasLineCount(1).startsWith("crjvm: ").contains(causes);
    assertThat(process.stdout()).isEmpty();
  }

  /** And nothing is compressed for a registry that does not take it. */
  private static void failAtOnce(Command command, Path folder, String... causes) throws Exception {
    Path cache = folder.resolve("cache");
    fail(command.with("XDG_CACHE_HOME", cache.toString()), causes);
    assertThat(cache).doesNotExist();
  }

  @Test
  void whoIsNotLoggedInIsTold() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path folder = BENCH.newFolder("nobody");
    Map<Path, Long> before = registry.blobs();
    for (Command each : commands(checkpoint, folder.resolve("image"))) {
      failAtOnce(
          each,
          folder,
          "the registry does not let \"",
          "\" through; log in with podman login or docker login");
    }
    assertThat(folder).isEmptyDirectory();
    assertThat(registry.blobs()).isEqualTo(before);
  }

  @Test
  void aLoginOfPodmanIsEnough() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path folder = BENCH.newFolder("podman");
    Path trusted = Files.createDirectory(folder.resolve("trusted"));
    Files.copy(access.certificate(), trusted.resolve("ca.crt"));
    Path logins = folder.resolve("auth.json");
    CONTAINERS
        .engine()
        .podman(
            "login",
            "--cert-dir=" + trusted,
            "--authfile=" + logins,
            "--username=" + RegistryAccess.USER,
            "--password=" + RegistryAccess.PASSWORD,
            registry.host());
    User.ORDINARY.own(logins);
    for (Command each : commands(checkpoint, folder.resolve("image"))) {
      succeed(each.with("REGISTRY_AUTH_FILE", logins.toString()));
    }
    assertSame(checkpoint.image(), folder.resolve("image"));
    // It is asked alone, as by podman: who is logged in elsewhere is not meant.
    Files.writeString(logins, "{}");
    Path other = Files.createDirectories(folder.resolve("other/.docker"));
    Files.writeString(other.resolve("config.json"), dockerLogin());
    fail(
        commands(checkpoint, folder.resolve("another"))
            .get(1)
            .with("HOME", other.getParent().toString())
            .with("REGISTRY_AUTH_FILE", logins.toString()),
        "log in with podman login or docker login");
    Files.writeString(logins, "{\"auths\": 1}");
    fail(
        commands(checkpoint, folder.resolve("another"))
            .get(1)
            .with("REGISTRY_AUTH_FILE", logins.toString()),
        "the logins in \"" + logins + "\" can't be read; log in again");
  }

  private static String dockerLogin() {
    return dockerLogin(registry.host());
  }

  /** As docker login writes it. */
  private static String dockerLogin(String host) {
    String login = RegistryAccess.USER + ":" + RegistryAccess.PASSWORD;
    return String.format(
        "{\"auths\": {\"%s\": {\"auth\": \"%s\"}}}",
        host, Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.US_ASCII)));
  }

  @Test
  void aLoginOfDockerIsEnough() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path own = BENCH.newFolder("docker");
    Path folder = Files.createDirectories(own.resolve(".docker"));
    Files.writeString(folder.resolve("config.json"), dockerLogin());
    for (Command each : commands(checkpoint, own.resolve("image"))) {
      succeed(each.with("HOME", own.toString()));
    }
    assertSame(checkpoint.image(), own.resolve("image"));
    // Nor is there a trace of the question whether it may be sent.
    assertThat(registry.uploads()).isEmpty();
  }

  private static void assertSame(Path image, Path copy) throws Exception {
    for (String file : List.of("manifest", "memory", "plan")) {
      assertThat(Files.mismatch(image.resolve(file), copy.resolve(file))).isEqualTo(-1);
    }
  }

  /**
   * On this machine, where registries without TLS are taken: that is not for those that have it.
   */
  @Test
  void aCertificateThatNobodyTrustsIsTheEnd() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path own = BENCH.newFolder("untrusted");
    Path folder = Files.createDirectories(own.resolve(".docker"));
    Files.writeString(folder.resolve("config.json"), dockerLogin());
    String before = registry.log();
    for (Command each : commands(checkpoint, own.resolve("image"))) {
      if (!each.words().contains("pull")) {
        each.add("--plain-http");
      }
      failAtOnce(
          each.with("HOME", own.toString()).with(OPTIONS, "-Dunused=1"),
          own,
          "the certificate of the registry of \"",
          "\" is not trusted: \"unable to find valid certification path to requested target\"; ");
    }
    assertThat(registry.log().substring(before.length()))
        .contains("TLS handshake error")
        .doesNotContain("an HTTP request to an HTTPS server");
    assertThat(own.resolve("image")).doesNotExist();
  }
}
