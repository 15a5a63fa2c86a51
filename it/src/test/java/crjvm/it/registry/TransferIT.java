package crjvm.it.registry;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Command;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.Json;
import crjvm.it.bench.MountNamespace;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.SharedImage;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import crjvm.it.bench.registry.CuttableLink;
import crjvm.it.bench.registry.RedirectingRegistry;
import crjvm.it.bench.registry.RegistryAccess;
import crjvm.it.bench.registry.RegistryServer;
import crjvm.it.bench.registry.TokenServer;
import crjvm.it.matrix.BesideOthers;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The two programs behind {@code crjvm push} and {@code crjvm pull}, each by itself: one that needs
 * no JVM, and the Java client. {@code -Dcrjvm.it.pulls=100} sets how often each is cut off.
 */
@BesideOthers
@Tag("delivery")
class TransferIT {
  private static final int PULLS = Integer.getInteger("crjvm.it.pulls", 6);
  private static final Pattern TRANSFERRED = Pattern.compile("; ([0-9.]+) MiB transferred");

  /** A reference, or an image in its place. */
  private static final Predicate<Path> PUBLISHED =
      path -> path.toString().matches("images/[0-9a-f]{64}/image/.*|refs/.*/:1");

  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static final SharedImage IMAGE =
      new SharedImage(jdk -> new TestJvm(BENCH, jdk).checkpoint());

  private static RegistryServer registry;
  private static RegistryServer other;
  private static RegistryAccess access;

  /** The maker of the registry. */
  private enum Origin {
    DEBIAN,
    GO;

    private RegistryServer server() {
      if (this == GO) {
        Requirement.need(other != null, "there is no other registry; run it/registry/setup");
      }
      return this == GO ? other : registry;
    }
  }

  private static Stream<Arguments> everywhere() {
    return Stream.of(Origin.values())
        .flatMap(each -> Stream.of(Program.values()).map(program -> Arguments.of(each, program)));
  }

  /** A program. CRJVM_TRANSFER chooses it. */
  private enum Program {
    NATIVE,
    JAVA;

    private String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @BeforeAll
  static void start() throws Exception {
    registry = RegistryServer.start(BENCH);
    // It is started for the whole class, because what a test method starts ends with it.
    other = RegistryServer.startOther(BENCH);
    access = RegistryAccess.make(BENCH);
  }

  private static Command crjvm(Program program, Checkpoint checkpoint, Object... words)
      throws IOException {
    Requirement.need(
        program == Program.JAVA
            || Files.exists(BENCH.launcher().resolveSibling("../libexec/crjvm-transfer")),
        "crjvm-transfer was not built; run launcher/setup --build, and build again");
    return new Command(BENCH, checkpoint.jvm().folder())
        .with("HOME", checkpoint.jvm().folder().toString())
        .with("JAVA_HOME", checkpoint.jvm().jdk().home().toString())
        .with("CRJVM_TRANSFER", program.word())
        .add(BENCH.launcher())
        .add(words);
  }

  private static String succeed(Command command) throws Exception {
    RunningProcess process = command.run("transfer");
    assertThat(process.awaitExit()).as(process::describe).isZero();
    assertThat(process.stderr()).isEmpty();
    assertThat(process.stdout()).hasLineCount(1);
    return process.stdout();
  }

  private static void fail(Command command, String... causes) throws Exception {
    RunningProcess process = command.run("refusal");
    assertThat(process.awaitExit()).as(process::describe).isEqualTo(1);
    assertThat(process.stderr()).hasLineCount(1).startsWith("crjvm: ").contains(causes);
    assertThat(process.stdout()).isEmpty();
  }

  private static Command push(
      RegistryServer server, Program program, Checkpoint checkpoint, String nameAndTag)
      throws IOException {
    String place = "oci://" + server.place(nameAndTag);
    return crjvm(program, checkpoint, "push", checkpoint.image(), place);
  }

  private static Command push(Program program, Checkpoint checkpoint, String nameAndTag)
      throws IOException {
    return push(registry, program, checkpoint, nameAndTag);
  }

  private static Command pull(
      RegistryServer server, Program program, Checkpoint checkpoint, String nameAndTag, Path copy)
      throws IOException {
    return crjvm(program, checkpoint, "pull", "oci://" + server.place(nameAndTag), copy);
  }

  private static Command pull(Program program, Checkpoint checkpoint, String nameAndTag, Path copy)
      throws IOException {
    return pull(registry, program, checkpoint, nameAndTag, copy);
  }

  /** Returns the MiB that went over the network. */
  private static double transferred(String line) {
    Matcher matcher = TRANSFERRED.matcher(line);
    assertThat(matcher.find()).as(line).isTrue();
    return Double.parseDouble(matcher.group(1));
  }

  private static void assertSame(Path image, Path copy) throws Exception {
    try (Stream<Path> files = Files.list(image)) {
      for (Path file : files.toList()) {
        Path other = copy.resolve(file.getFileName());
        assertThat(Files.mismatch(file, other)).isEqualTo(-1);
        assertThat(Files.getPosixFilePermissions(other)).hasToString("[OWNER_READ]");
      }
    }
    try (Stream<Path> files = Files.list(copy)) {
      assertThat(files).hasSize(image.toFile().list().length);
    }
    assertThat(copy.getParent().toFile().list()).containsOnly(copy.getFileName().toString());
  }

  private static Path copy(Program program, String name) throws IOException {
    return BENCH.newFolder(name + "-" + program.word()).resolve("image");
  }

  @ParameterizedTest
  @EnumSource(Origin.class)
  void bothProgramsMakeTheSameArtifact(Origin origin) throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    RegistryServer server = origin.server();
    String first = succeed(push(server, Program.NATIVE, checkpoint, "one/app:1"));
    // The other registry has every blob under every name, also those of other tests.
    assertThat(transferred(first)).isGreaterThan(origin == Origin.DEBIAN ? 1 : -1);
    succeed(push(server, Program.JAVA, checkpoint, "other/app:1"));
    assertThat(blocks(server, "one/app")).isEqualTo(blocks(server, "other/app"));
    for (Program each : Program.values()) {
      String again = succeed(push(server, each, checkpoint, "one/app:2"));
      assertThat(transferred(again)).isLessThan(1);
      succeed(push(server, each, checkpoint, "one/app:2"));
      assertThat(server.variants("one/app", "2")).hasSize(1);
    }
    assertThat(registry.uploads()).isEmpty();
  }

  /** Returns what the layers of the first tag say of their blocks, without compressed sizes. */
  private static List<String> blocks(RegistryServer server, String name) throws Exception {
    List<String> blocks = new ArrayList<>();
    for (Object layer : layers(server, name, server.variants(name, "1").get(0))) {
      Map<String, Object> annotations = Json.map(Json.map(layer).get("annotations"));
      String lines = (String) annotations.get("crjvm.blocks");
      blocks.add(lines.lines().map(line -> line.replaceAll(" \\d+ \\d+$", "")).toList().toString());
    }
    return blocks;
  }

  private static List<Object> layers(RegistryServer server, String name, String variant)
      throws Exception {
    return Json.list(Json.map(Json.parse(server.manifest(name, variant))).get("layers"));
  }

  @ParameterizedTest
  @MethodSource("everywhere")
  void aPulledImageIsTheSame_AndWhatIsThereIsNotFetchedAgain(Origin origin, Program program)
      throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    RegistryServer server = origin.server();
    Path copy = copy(program, "same-" + origin);
    String name = "same-" + program.word() + ":1";
    succeed(push(server, program, checkpoint, name));
    assertThat(transferred(succeed(pull(server, program, checkpoint, name, copy))))
        .isGreaterThan(1);
    assertSame(checkpoint.image(), copy);
    assertThat(transferred(succeed(pull(server, program, checkpoint, name, copy)))).isLessThan(0.2);
    assertSame(checkpoint.image(), copy);
    RunningProcess restored =
        checkpoint.await(
            crjvm(program, checkpoint, "run", "--no-fallback", "--verbose", "--image", copy)
                .start("run"));
    assertThat(restored.terminate()).isEqualTo(143);
    assertThat(restored.stderr()).doesNotContain("all of it was read");
  }

  /** In the first version of the format each block is a layer of its own. */
  @ParameterizedTest
  @EnumSource(Program.class)
  void anArtifactOfTheFirstVersionIsPulled(Program program) throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path copy = copy(program, "older");
    String name = "older-" + program.word();
    succeed(push(program, checkpoint, name + ":1"));
    String variant = registry.variants(name, "1").get(0);
    List<String> layers = new ArrayList<>();
    for (Object layer : layers(registry, name, variant)) {
      layers.addAll(singleBlocks(name, Json.map(layer)));
    }
    String manifest =
        registry
            .manifest(name, variant)
            .replaceFirst("(?s)\"layers\":\\[.*?\\}\\]", "\"layers\":" + layers)
            .replace("crjvm.checkpoint.v2", "crjvm.checkpoint.v1");
    String digest = registry.putManifest(name, "manifest", manifest);
    String index =
        registry
            .index(name, "1")
            .replace(variant, digest)
            .replaceFirst("\"size\":\\d+", "\"size\":" + manifest.length())
            .replace("crjvm.checkpoint.v2", "crjvm.checkpoint.v1");
    registry.putIndex(name, "old", index);
    succeed(pull(program, checkpoint, name + ":old", copy));
    assertSame(checkpoint.image(), copy);
    // A push replaces it by one of this version.
    succeed(push(program, checkpoint, name + ":old"));
    assertThat(registry.index(name, "old")).doesNotContain("crjvm.checkpoint.v1");
  }

  /** Makes layers of the first version of the blocks of a layer. */
  private static List<String> singleBlocks(String name, Map<String, Object> layer)
      throws Exception {
    byte[] blob = Files.readAllBytes(registry.blob((String) layer.get("digest")));
    List<String> single = new ArrayList<>();
    String lines = (String) Json.map(layer.get("annotations")).get("crjvm.blocks");
    for (String line : lines.lines().toList()) {
      String[] words = line.split(" ");
      int at = Integer.parseInt(words[4]);
      byte[] block = Arrays.copyOfRange(blob, at, at + Integer.parseInt(words[5]));
      single.add(
          String.format(
              "{\"mediaType\":\"application/vnd.crjvm.block.v1+zstd\",\"digest\":\"%s\","
                  + "\"size\":%d,\"annotations\":{\"crjvm.block\":\"%s\"}}",
              registry.putBlob(name, block),
              block.length,
              String.join(" ", Arrays.copyOf(words, 4))));
    }
    return single;
  }

  @Test
  void aReferenceByDigestIsLeftToTheJavaClient() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    succeed(push(Program.NATIVE, checkpoint, "digest:1"));
    String place =
        "oci://" + registry.host() + "/digest@" + registry.variants("digest", "1").get(0);
    Path copy = BENCH.newFolder("digest").resolve("image");
    fail(
        crjvm(Program.NATIVE, checkpoint, "pull", place, copy),
        "\"" + place + "\" is not a place that this program reads; set CRJVM_TRANSFER=java");
    Command both = crjvm(Program.NATIVE, checkpoint, "pull", place, copy);
    assertThat(transferred(succeed(both.with("CRJVM_TRANSFER", "")))).isGreaterThan(1);
    assertSame(checkpoint.image(), copy);
    both = crjvm(Program.NATIVE, checkpoint, "push", checkpoint.image(), place);
    fail(both.with("CRJVM_TRANSFER", ""), "\"" + place + "\" is not a tag in a registry");
  }

  @Test
  void aMachineWithoutLibcurlHasTheJavaClient() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path program = BENCH.launcher().resolveSibling("../libexec/crjvm-transfer");
    String hide = MountNamespace.withoutLibcurl(program);
    Command usual = push(Program.NATIVE, checkpoint, "bare:1").with("CRJVM_TRANSFER", "");
    succeed(MountNamespace.of(usual, hide));
    RunningProcess refused =
        MountNamespace.of(push(Program.NATIVE, checkpoint, "bare:2"), hide).run("refused");
    assertThat(refused.awaitExit()).as(refused::describe).isEqualTo(125);
    assertThat(refused.stderr())
        .isEqualTo(
            "crjvm: push: \"" + program + "\" can't run here; leave CRJVM_TRANSFER=native away\n");
  }

  @ParameterizedTest
  @EnumSource(Program.class)
  void whatIsThereAlreadyIsUsed_AndNothingOfADamagedLayer(Program program) throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path copy = copy(program, "damaged");
    String name = "damaged-" + program.word();
    succeed(push(program, checkpoint, name + ":1"));
    Path blob = registry.blob(registry.block(name, registry.variants(name, "1").get(0), "memory"));
    byte[] content = Files.readAllBytes(blob);
    byte[] other = content.clone();
    other[other.length / 2] ^= 1;
    Files.write(blob, other);
    try {
      fail(pull(program, checkpoint, name + ":1", copy), "a layer has another digest");
      assertThat(copy).doesNotExist();
    } finally {
      Files.write(blob, content);
    }
    double all = registry.size(name, registry.variants(name, "1").get(0));
    double rest = transferred(succeed(pull(program, checkpoint, name + ":1", copy)));
    assertThat(rest).isLessThan(0.9 * all);
    assertSame(checkpoint.image(), copy);
  }

  @ParameterizedTest
  @EnumSource(Program.class)
  void aSignatureIsRequired_BeforeAnythingElseComes(Program program) throws Exception {
    Checkpoint checkpoint = new TestJvm(BENCH, Jdk.any()).checkpoint();
    Path folder = BENCH.newFolder("signed-" + program.word());
    Path copy = folder.resolve("place/image");
    String name = "signed-" + program.word() + ":1";
    SigningKey key = SigningKey.in(BENCH, folder, "trusted");
    Path trusted = key.trusted();
    Path other = SigningKey.in(BENCH, folder, "other").trusted();
    succeed(push(program, checkpoint, name));
    fail(pull(program, checkpoint, name, copy).add("--require-signature", trusted), "not signed");
    assertOnlyTheManifestCame(copy);
    succeed(crjvm(program, checkpoint, "sign", "--key", key.secret()).add(checkpoint.image()));
    succeed(push(program, checkpoint, name));
    fail(
        pull(program, checkpoint, name, copy).with("CRJVM_REQUIRE_SIGNATURE", other.toString()),
        "is not signed by a key of \"" + other + "\"");
    assertOnlyTheManifestCame(copy);
    succeed(pull(program, checkpoint, name, copy).add("--require-signature=" + trusted));
    assertSame(checkpoint.image(), copy);
  }

  /** An empty value is that of a variable that is not set. It must not switch off the check. */
  @Test
  void aRequiredSignatureNeedsAValue() throws Exception {
    Checkpoint checkpoint = new TestJvm(BENCH, Jdk.any()).checkpoint();
    Path copy = BENCH.newFolder("no-value").resolve("image");
    Program program = Program.NATIVE;
    String name = "no-value:1";
    succeed(push(program, checkpoint, name));
    for (List<String> option :
        List.of(List.of("--require-signature="), List.of("--require-signature", ""))) {
      RunningProcess pull =
          pull(program, checkpoint, name, copy)
              .with("CRJVM_TRANSFER", "") // this program hands over to the Java client
              .add(option.toArray())
              .run("no-value");
      assertThat(pull.awaitExit()).as(pull::describe).isEqualTo(125);
      assertThat(pull.stderr()).contains("\"--require-signature\": it is empty");
      assertThat(copy).doesNotExist();
    }
  }

  private static void assertOnlyTheManifestCame(Path copy) throws Exception {
    assertThat(copy).doesNotExist();
    try (Stream<Path> files = Files.walk(copy.getParent())) {
      assertThat(files.filter(Files::isRegularFile).map(each -> each.getFileName().toString()))
          .contains("manifest")
          .isSubsetOf("manifest", "manifest.sig", "lock", ".crjvm-partial");
    }
    Workbench.delete(copy.getParent());
  }

  /**
   * Cuts the link at random moments. A pull may be done before that. Otherwise it says in one line
   * that it failed, and the next pull goes on from there.
   */
  @ParameterizedTest
  @MethodSource("everywhere")
  void aLinkThatIsCutDoesNoHarm(Origin origin, Program program) throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    RegistryServer server = origin.server();
    String name = "cut-" + program.word();
    succeed(push(server, program, checkpoint, name + ":1"));
    long bytes = (long) (server.size(name, server.variants(name, "1").get(0)) * (1 << 20));
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int failed = 0;
    try (CuttableLink link = new CuttableLink(server.port())) {
      for (int i = 0; i < PULLS; i++) {
        Path copy = copy(program, origin + "-cut-" + i);
        String place = "oci://" + link.host() + "/" + name + ":1";
        link.cutAfter(random.nextLong(bytes));
        RunningProcess process = crjvm(program, checkpoint, "pull", place, copy).run("cut");
        link.mend();
        int status = process.awaitExit();
        if (status != 0) {
          failed++;
          assertThat(status).as(process::describe).isEqualTo(1);
          assertThat(process.stderr()).hasLineCount(1).startsWith("crjvm: ");
          assertThat(copy).as("cut by the seed " + seed).doesNotExist();
          succeed(crjvm(program, checkpoint, "pull", place, copy));
        }
        assertSame(checkpoint.image(), copy);
        Workbench.delete(copy.getParent());
      }
    }
    assertThat(failed).as("pulls that were cut off, by the seed " + seed).isPositive();
  }

  /** Cuts the link of pulls into the store of a machine, which takes complete images only. */
  @ParameterizedTest
  @EnumSource(Program.class)
  void aLinkThatIsCutLeavesNothingInAStore(Program program) throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    String name = "stored-" + program.word();
    succeed(push(program, checkpoint, name + ":1"));
    long bytes = (long) (registry.size(name, registry.variants(name, "1").get(0)) * (1 << 20));
    long seed = System.nanoTime();
    Random random = new Random(seed);
    try (CuttableLink link = new CuttableLink(registry.port())) {
      for (int i = 0; i < PULLS; i++) {
        Path store = BENCH.newFolder("store-" + i + "-" + program.word());
        String place = "oci://" + link.host() + "/" + name + ":1";
        link.cutAfter(random.nextLong(bytes));
        RunningProcess process = pullIntoStore(program, checkpoint, place, store).run("cut");
        link.mend();
        if (process.awaitExit() != 0) {
          assertThat(process.stderr()).hasLineCount(1).startsWith("crjvm: ");
          assertThat(filesIn(store)).as("cut by the seed " + seed).noneMatch(PUBLISHED);
          succeed(pullIntoStore(program, checkpoint, place, store));
        }
        Path image = Path.of("images", registry.variants(name, "1").get(0).substring(7), "image");
        Path reference = Path.of("refs", link.host(), name);
        assertThat(filesIn(store))
            .filteredOn(each -> !each.startsWith(image))
            .containsExactlyInAnyOrder(
                image.resolveSibling("blocks"),
                image.resolveSibling("used"),
                reference.resolve(":1"),
                reference.resolve("lock:1"));
        for (File each : checkpoint.image().toFile().listFiles()) {
          assertThat(Files.mismatch(each.toPath(), store.resolve(image).resolve(each.getName())))
              .isEqualTo(-1);
        }
        Workbench.delete(store);
      }
    }
  }

  private static Command pullIntoStore(
      Program program, Checkpoint checkpoint, String place, Path store) throws IOException {
    return crjvm(program, checkpoint, "store", "pull", place).with("CRJVM_STORE", store.toString());
  }

  private static List<Path> filesIn(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).map(folder::relativize).toList();
    }
  }

  private static Command loggedIn(Program program, Command command, String host)
      throws IOException {
    Path home = BENCH.newFolder("login");
    String login = RegistryAccess.USER + ":" + RegistryAccess.PASSWORD;
    Files.writeString(
        Files.createDirectories(home.resolve(".docker")).resolve("config.json"),
        String.format(
            "{\"auths\": {\"%s\": {\"auth\": \"%s\"}}}",
            host, Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.US_ASCII))));
    command.with("HOME", home.toString());
    // Each program has its own list of authorities.
    return program == Program.JAVA
        ? command.with("JAVA_TOOL_OPTIONS", access.options())
        : command.with("SSL_CERT_FILE", access.certificate().toString());
  }

  private static void succeedLoggedIn(
      Program program, Checkpoint checkpoint, RegistryServer server, Path copy) throws Exception {
    String place = "oci://" + server.host() + "/team/app:1";
    for (Command each :
        List.of(
            crjvm(program, checkpoint, "push", checkpoint.image(), place),
            crjvm(program, checkpoint, "pull", place, copy))) {
      RunningProcess process = loggedIn(program, each, server.host()).run("logged-in");
      assertThat(process.awaitExit()).as(process::describe).isZero();
    }
    assertSame(checkpoint.image(), copy);
  }

  @ParameterizedTest
  @EnumSource(Program.class)
  void aLoginCounts_WithAPasswordAndWithATokenServer(Program program) throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    RegistryServer secure = RegistryServer.start(BENCH, access);
    succeedLoggedIn(program, checkpoint, secure, copy(program, "password"));
    assertThat(secure.uploads()).isEmpty();
    String place = "oci://" + secure.host() + "/team/app:1";
    Path copy = copy(program, "untrusted");
    fail(crjvm(program, checkpoint, "pull", place, copy), "certif");
    assertThat(copy.getParent()).isEmptyDirectory();
    try (TokenServer tokens = new TokenServer(access)) {
      RegistryServer server = RegistryServer.start(BENCH, access, tokens);
      succeedLoggedIn(program, checkpoint, server, copy(program, "token"));
      assertThat(tokens.requests())
          .contains("GET repository:team/app:pull,push", "GET repository:team/app:pull");
    }
  }

  @ParameterizedTest
  @EnumSource(Program.class)
  void aLoginGoesToNoOtherHost(Program program) throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path copy = copy(program, "redirected");
    String name = "redirected-" + program.word();
    succeed(push(program, checkpoint, name + ":1"));
    try (RedirectingRegistry server = new RedirectingRegistry(registry, name, "1")) {
      Command pull =
          crjvm(program, checkpoint, "pull", "oci://" + server.host() + "/" + name + ":1", copy);
      RunningProcess process = loggedIn(program, pull, server.host()).run("redirected");
      assertThat(process.awaitExit()).as(process::describe).isZero();
      assertThat(server.asked()).isNotEmpty();
      assertThat(server.logins()).isEmpty();
    }
    assertSame(checkpoint.image(), copy);
  }
}
