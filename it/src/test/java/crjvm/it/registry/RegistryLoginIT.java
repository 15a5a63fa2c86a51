package crjvm.it.registry;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Command;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.SharedImage;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import crjvm.it.bench.container.Containers;
import crjvm.it.bench.registry.RecordingServer;
import crjvm.it.bench.registry.RegistryAccess;
import crjvm.it.bench.registry.RegistryServer;
import crjvm.it.bench.registry.TokenServer;
import crjvm.it.matrix.BesideOthers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * {@code crjvm push}, {@code crjvm pull} and {@code crjvm oci build} with a registry that has TLS
 * and asks for a login.
 */
@BesideOthers
@Tag("delivery")
@ResourceLock(Containers.RESOURCE)
class RegistryLoginIT {
  private static final String OPTIONS = "JAVA_TOOL_OPTIONS";

  @RegisterExtension static final Workbench BENCH = new Workbench();
  @RegisterExtension static final Containers CONTAINERS = new Containers(BENCH);

  private static final SharedImage IMAGE =
      new SharedImage(jdk -> new TestJvm(BENCH, jdk).checkpoint());

  private static RegistryAccess access;
  private static RegistryServer registry;
  private static TokenServer tokens;

  /** The home of a user who is not logged in anywhere. */
  private static Path home;

  @BeforeAll
  static void start() throws Exception {
    access = RegistryAccess.make(BENCH);
    registry = RegistryServer.start(BENCH, access);
    tokens = new TokenServer(access);
    home = BENCH.newFolder("home");
  }

  @AfterAll
  static void stop() {
    tokens.close();
  }

  /** Returns the three commands of a user who trusts the registry. */
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

  /** Returns the command's own messages. */
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

  /**
   * Checks that a command fails, and that it compresses nothing for a registry that will not take
   * it.
   */
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
    // This file is the only one that counts, as with podman. A login in another file is not used.
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

  /** Returns a login as docker login writes it. */
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
    // The request that asks for permission leaves no trace, either.
    assertThat(registry.uploads()).isEmpty();
  }

  private static void assertSame(Path image, Path copy) throws Exception {
    for (String file : List.of("manifest", "memory", "plan")) {
      assertThat(Files.mismatch(image.resolve(file), copy.resolve(file))).isEqualTo(-1);
    }
  }

  /**
   * Uses options for this machine, on which registries without TLS are allowed. They do not apply
   * to a registry with TLS.
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

  @Test
  void aRegistryThatHasTlsIsNotAskedWithoutIt() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path own = BENCH.newFolder("insecure");
    Path file = Files.createDirectories(own.resolve(".config/containers"));
    Files.writeString(
        file.resolve("registries.conf"),
        String.format("[[registry]]\nlocation = '%s'\ninsecure = true\n", registry.host()));
    List<Command> commands = commands(checkpoint, own.resolve("image"));
    for (Command each : commands.subList(0, 2)) {
      fail(
          with(each, own, dockerLogin()),
          "can't be reached: \""
              + registry.host()
              + "\": it speaks TLS; take insecure = true out of");
    }
  }

  /**
   * Adds a program to the PATH that speaks Docker's protocol for credential helpers, and notes each
   * request.
   */
  private static void addCredentialHelper(Path folder, String name, String answer, int status)
      throws IOException {
    Path helper = folder.resolve("docker-credential-" + name);
    Files.writeString(
        helper,
        String.format(
            "#!/bin/sh\n{ printf '%%s ' \"$@\"; cat; echo; } >>'%s'\necho '%s'\nexit %d\n",
            folder.resolve("asked"), answer, status));
    Files.setPosixFilePermissions(helper, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static String answer(String user, String secret) {
    return String.format(
        "{\"ServerURL\": \"\", \"Username\": \"%s\", \"Secret\": \"%s\"}", user, secret);
  }

  private static Command with(Command command, Path helpers, String configuration)
      throws IOException {
    Files.writeString(
        Files.createDirectories(helpers.resolve(".docker")).resolve("config.json"), configuration);
    return command
        .with("HOME", helpers.toString())
        .with("PATH", helpers + ":/usr/local/bin:/usr/bin:/bin");
  }

  @Test
  void aCredentialHelperIsAsked() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path own = BENCH.newFolder("helpers");
    String host = registry.host();
    addCredentialHelper(own, "right", answer(RegistryAccess.USER, RegistryAccess.PASSWORD), 0);
    addCredentialHelper(own, "empty", "credentials not found in native keychain", 1);
    addCredentialHelper(own, "failing", answer("", "secret"), 2);
    Command pull = crjvm(checkpoint, "pull", "oci://" + host + "/nothing:1", own.resolve("image"));
    String through = "there is no \"oci://" + host + "/nothing:1\" in the registry; ";
    String refusal = "\" through; log in with podman login or docker login";

    fail(with(pull, own, "{\"credHelpers\": {\"" + host + "\": \"right\"}}"), through);
    fail(with(pull, own, "{\"credsStore\": \"right\"}"), through);
    assertThat(own.resolve("asked")).hasContent("get " + host + "\nget " + host + "\n");
    fail(with(pull, own, "{\"credHelpers\": {\"localhost\": \"right\"}}"), refusal);
    fail(with(pull, own, "{\"credsStore\": \"empty\"}"), refusal);
    // A message never shows the output of a credential helper, because it may be a password.
    String helper = "\" through: \"docker-credential-%s\", which \"%s\" names, %s; log in";
    Path file = own.resolve(".docker/config.json");
    fail(
        with(pull, own, "{\"credsStore\": \"failing\"}"),
        String.format(helper, "failing", file, "failed"));
    fail(
        with(pull, own, "{\"credsStore\": \"missing\"}"),
        String.format(helper, "missing", file, "is not on the PATH"));
  }

  @Test
  void aTokenOfAnotherServerIsEnough_AndCountsForItsNamesAlone() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path own = BENCH.newFolder("tokens");
    RegistryServer server = RegistryServer.start(BENCH, access, tokens);
    String place = server.host() + "/team";
    String login = dockerLogin(server.host());
    for (Command each : commands(checkpoint, place, own.resolve("image"))) {
      succeed(with(each, own, login));
    }
    assertSame(checkpoint.image(), own.resolve("image"));
    assertThat(tokens.requests())
        .contains("GET repository:team/app:pull,push", "GET repository:team/app:pull");

    Map<Path, Long> before = server.blobs();
    for (Command each : commands(checkpoint, server.host() + "/other", own.resolve("another"))) {
      failAtOnce(with(each, own, login), own, "/other/", "\" through; log in with podman login");
    }
    String wrong = login.replaceFirst("\"auth\": \"[^\"]*\"", "\"auth\": \"dXNlcjpwYXNz\"");
    failAtOnce(
        with(commands(checkpoint, place, own.resolve("another")).get(0), own, wrong),
        own,
        "\" through; log in with podman login");
    assertThat(server.blobs()).isEqualTo(before);

    // Some credential helpers give an identity token in place of a password.
    addCredentialHelper(own, "identity", answer("<token>", TokenServer.IDENTITY_TOKEN), 0);
    List<Command> commands = commands(checkpoint, place, own.resolve("third"));
    for (Command each : commands.subList(1, commands.size())) {
      succeed(with(each, own, "{\"credsStore\": \"identity\"}"));
    }
    assertSame(checkpoint.image(), own.resolve("third"));
    assertThat(tokens.requests())
        .contains("POST repository:team/app:pull", "POST repository:team/container:pull,push");
  }

  private static List<String> logins(RecordingServer server) {
    return server.requests().stream()
        .flatMap(String::lines)
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("authorization:"))
        .toList();
  }

  /** Uses a host name that does not look like this machine's to a program. */
  @Test
  void aPasswordGoesOverNoNetworkWithoutTls_UnlessTheUserSaysSo() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path own = BENCH.newFolder("plain");
    Path copy = own.resolve("image");
    Path hosts = Files.writeString(own.resolve("hosts"), "127.0.0.1 localhost.test\n");
    String option = "-Djdk.net.hosts.file=" + hosts;
    String basic = "WWW-Authenticate: Basic realm=\"registry\"";
    try (RecordingServer server = new RecordingServer("HTTP/1.1 401 Unauthorized", basic)) {
      String host = "localhost.test:" + server.port();
      for (Command each : commands(checkpoint, host + "/team", copy)) {
        failAtOnce(
            with(each, own, dockerLogin(host)).with(OPTIONS, option),
            own,
            "can't be reached: \""
                + host
                + "\": it speaks no TLS; check the address, or give --plain");
      }
      assertThat(server.requests()).isEmpty();
      Command allowed = commands(checkpoint, host + "/team", copy).get(0).add("--plain-http");
      failAtOnce(
          with(allowed, own, dockerLogin(host)).with(OPTIONS, option), own, "does not let \"");
      assertThat(logins(server)).hasSize(1).allMatch(each -> each.contains(" Basic "));
    }

    String bearer =
        "WWW-Authenticate: Bearer realm=\"http://localhost.test:{port}/token\",service=\"s\"";
    try (RecordingServer server = new RecordingServer("HTTP/1.1 401 Unauthorized", bearer)) {
      String host = "127.0.0.1:" + server.port();
      String cause =
          "\" sent to \"http://localhost.test:" + server.port() + "/token\", without TLS;";
      for (Command each : commands(checkpoint, host + "/team", copy)) {
        failAtOnce(with(each, own, dockerLogin(host)).with(OPTIONS, option), own, cause);
      }
      assertThat(server.requests()).isNotEmpty();
      assertThat(logins(server)).isEmpty();
    }
  }
}
