package crjvm.it.registry;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Command;
import crjvm.it.bench.JavaCache;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.Json;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.SharedImage;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import crjvm.it.bench.registry.RegistryServer;
import crjvm.it.matrix.BesideOthers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * {@code crjvm push --base}, and pulls of what it makes, by both programs and into the store of a
 * machine.
 */
@BesideOthers
@Tag("delivery")
class DeltaIT {
  private static final Pattern TRANSFERRED = Pattern.compile("; ([0-9.]+) MiB transferred");
  private static final String REFUSAL = "a delta has another content than it says";

  /** The numbers of a delta: its base, the range of compressed pointers, their shift, a part. */
  private static final String DELTA =
      "(\"crjvm\\.delta\":\")(\\d+) (\\d+) (\\d+) (\\d) (\\d+) (\\d+)";

  /** At most this part of an image is sent. The clinic needs a third, a small application more. */
  private static final double SHARE = 0.4;

  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static final SharedImage IMAGE =
      new SharedImage(jdk -> new TestJvm(BENCH, jdk).checkpoint());

  private static RegistryServer registry;
  private static Checkpoint checkpoint;
  private static Path second;

  /** A program. CRJVM_TRANSFER chooses it. */
  private enum Program {
    NATIVE,
    JAVA;

    private String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    private Program other() {
      return this == NATIVE ? JAVA : NATIVE;
    }
  }

  @BeforeAll
  static void start() throws Exception {
    Requirement.need(
        Files.exists(BENCH.launcher().resolveSibling("../libexec/crjvm-transfer")),
        "crjvm-transfer was not built; run launcher/setup --build, and build again");
    registry = RegistryServer.start(BENCH);
    checkpoint = IMAGE.of(Jdk.any());
    second = SecondCheckpoint.of(checkpoint);
  }

  private static Command crjvm(Program program, Object... words) throws IOException {
    Path home = checkpoint.jvm().folder();
    return new Command(BENCH, home)
        .with("HOME", home.toString())
        .with("TMPDIR", home.toString())
        .with("JAVA_HOME", checkpoint.jvm().jdk().home().toString())
        .with("CRJVM_TRANSFER", program.word())
        .add(BENCH.launcher())
        .add(words);
  }

  /** Runs a command. Returns the MiB that went over the network. */
  private static double succeed(Command command) throws Exception {
    RunningProcess process = command.run("transfer");
    assertThat(process.awaitExit()).as(process::describe).isZero();
    assertThat(process.stderr()).isEmpty();
    Matcher matcher = TRANSFERRED.matcher(process.stdout());
    return matcher.find() ? Double.parseDouble(matcher.group(1)) : 0;
  }

  private static void fail(Command command, String cause) throws Exception {
    RunningProcess process = command.run("refusal");
    assertThat(process.awaitExit()).as(process::describe).isEqualTo(1);
    assertThat(process.stderr()).hasLineCount(1).startsWith("crjvm: ").contains(cause);
  }

  private static String place(String nameAndTag) {
    return "oci://" + registry.place(nameAndTag);
  }

  private static double push(Program program, Path image, String nameAndTag, Object... options)
      throws Exception {
    return succeed(crjvm(program, "push", image, place(nameAndTag)).add(options));
  }

  private static Command pull(Program program, String nameAndTag, Path copy) throws IOException {
    return crjvm(program, "pull", place(nameAndTag), copy);
  }

  /** Pushes the first image as tag 1, and the second one as tag 2 and its delta. */
  private static String pushBoth(Program program, String prefix) throws Exception {
    String name = prefix + "-" + program.word();
    push(program, checkpoint.image(), name + ":1");
    push(program, second, name + ":2", "--base", "1");
    return name;
  }

  private static String manifest(String name, String tag) throws Exception {
    return registry.manifest(name, registry.variants(name, tag).get(0));
  }

  private static List<Map<String, Object>> layers(String manifest) {
    return Json.list(Json.map(Json.parse(manifest)).get("layers")).stream().map(Json::map).toList();
  }

  private static double size(List<Map<String, Object>> layers) {
    return layers.stream().mapToDouble(each -> ((Number) each.get("size")).doubleValue()).sum()
        / (1 << 20);
  }

  /** Returns the MiB of those layers of a tag that another one does not have. */
  private static double added(String name, String tag, String before) throws Exception {
    Set<Object> known = new HashSet<>();
    layers(manifest(name, before)).forEach(each -> known.add(each.get("digest")));
    return size(
        layers(manifest(name, tag)).stream()
            .filter(each -> !known.contains(each.get("digest")))
            .toList());
  }

  private static void assertSame(Path image, Path copy) throws Exception {
    try (Stream<Path> files = Files.list(image)) {
      for (Path file : files.toList()) {
        assertThat(Files.mismatch(file, copy.resolve(file.getFileName()))).isEqualTo(-1);
      }
    }
    assertThat(copy.toFile().list()).hasSize(image.toFile().list().length);
    assertThat(copy.getParent().toFile().list()).containsOnly(copy.getFileName().toString());
  }

  private static Path copy(Program program, String name) throws IOException {
    return BENCH.newFolder(name + "-" + program.word()).resolve("image");
  }

  @ParameterizedTest
  @EnumSource(Program.class)
  void aDeltaIsSmall_AndMakesTheSameImage(Program program) throws Exception {
    String name = "small-" + program.word();
    double all = push(program, checkpoint.image(), name + ":1");
    double pushed = push(program, second, name + ":2", "--base", "1");
    double delta = added(name, "2", "1");
    assertThat(delta).isLessThan(SHARE * all);
    assertThat(pushed).isBetween(delta - 0.1, delta + 0.5);
    assertThat(registry.index(name, "2")).contains("vnd.crjvm.checkpoint.v3");
    assertThat(manifest(name, "2")).contains(registry.variants(name, "1").get(0));
    assertThat(registry.uploads()).isEmpty();

    Path copy = copy(program, "small");
    succeed(pull(program, name + ":1", copy));
    assertThat(succeed(pull(program, name + ":2", copy))).isLessThan(delta + 0.2);
    assertSame(second, copy);
    RunningProcess restored =
        checkpoint.await(crjvm(program, "run", "--no-fallback", "--image", copy).start("run"));
    assertThat(restored.terminate()).isEqualTo(143);

    // A machine that has nothing gets the base as well, also by the other program.
    Path fresh = copy(program, "fresh");
    assertThat(succeed(pull(program.other(), name + ":2", fresh))).isGreaterThan(delta + 1);
    assertSame(second, fresh);
    // The image needs no base, so another pull of it transfers next to nothing.
    assertThat(succeed(pull(program, name + ":2", fresh))).isLessThan(0.2);
    assertSame(second, fresh);
  }

  @ParameterizedTest
  @EnumSource(Program.class)
  void aDeltaOfADeltaHasTheSameBase(Program program) throws Exception {
    String name = pushBoth(program, "chain");
    assertThat(push(program, second, name + ":3", "--base", place(name + ":2"))).isLessThan(1);
    List<Object> bases =
        layers(manifest(name, "3")).stream()
            .filter(each -> Json.map(each.get("annotations")).containsKey("crjvm.base.blocks"))
            .map(each -> each.get("digest"))
            .toList();
    assertThat(layers(manifest(name, "1")).stream().map(each -> each.get("digest")))
        .containsAll(bases);
    // An image that the base has as a whole needs no delta.
    push(program, checkpoint.image(), name + ":4", "--base", "2");
    assertThat(registry.index(name, "4")).contains("vnd.crjvm.checkpoint.v2");
  }

  @ParameterizedTest
  @EnumSource(Program.class)
  void aBaseIsUnderTheSameName(Program program) throws Exception {
    String name = "base-" + program.word();
    push(program, checkpoint.image(), name + ":1");
    Command command = crjvm(program, "push", second, place(name + ":2"));
    fail(command.add("--base", place("elsewhere:1")), "is not a tag of the same name");
    command = crjvm(Program.JAVA, "push", second, place(name + ":2"));
    fail(command.add("--base", "none"), "there is no \"" + place(name + ":none") + "\" in the");
  }

  private static String changed(String text, String pattern, String replacement) {
    String other = text.replaceFirst(pattern, replacement);
    assertThat(other).isNotEqualTo(text);
    return other;
  }

  /** Lets a tag stand for another manifest of the same variant. */
  private static void putVariant(String name, String tag, String manifest) throws Exception {
    String digest = registry.putManifest(name, "variant", manifest);
    String index = registry.index(name, "2").replace(registry.variants(name, "2").get(0), digest);
    registry.putIndex(
        name, tag, index.replaceFirst("\"size\":\\d+", "\"size\":" + manifest.length()));
  }

  @ParameterizedTest
  @EnumSource(Program.class)
  void aWrongDeltaIsRefused(Program program) throws Exception {
    String name = pushBoth(program, "wrong");
    String good = manifest(name, "2");
    Path copy = copy(program, "wrong");
    for (Map.Entry<String, String> each :
        Map.of(
                changed(good, DELTA, "$1$2 $3 $4 $5 $6 9$7"), "a layer says ",
                changed(good, DELTA, "$1$2 $3 $4 $5 1$6 $7"), "a layer says ",
                changed(good, DELTA, "$1 $3 $4 $5 $6 $7"), "a layer says ",
                changed(good, DELTA, "$11$2 $3 $4 $5 $6 $7"), "do not fit each other",
                changed(good, DELTA, "$1$2 $4 $3 $5 $6 $7"), "a delta ",
                changed(good, DELTA, "$1$2 $3 $4 2 $6 $7"), REFUSAL)
            .entrySet()) {
      putVariant(name, "wrong", each.getKey());
      fail(pull(program, name + ":wrong", copy), each.getValue());
      assertThat(copy).doesNotExist();
    }
    // Blocks that overlap, and a base in another order.
    String block = "(\"crjvm\\.blocks\":\"memory )(\\d+)( \\d+ [0-9a-f]{64}\\\\nmemory )\\d+( )";
    putVariant(name, "overlap", changed(good, block, "$1$2$3$2$4"));
    fail(pull(program, name + ":overlap", copy), "its layers overlap");
    List<String> bases =
        Pattern.compile(
                "\\{[^{}]*\\{\"crjvm\\.base\\.blocks\"[^{}]*\\}[^{}]*\\}|\\{[^{}]*\"annotations\":\\{\"crjvm\\.base\\.blocks\"[^{}]*\\}\\}")
            .matcher(good)
            .results()
            .map(match -> match.group())
            .toList();
    assertThat(bases).hasSizeGreaterThan(1);
    String swapped =
        good.replace(bases.get(0), "FIRST")
            .replace(bases.get(1), bases.get(0))
            .replace("FIRST", bases.get(1));
    putVariant(name, "swapped", swapped);
    fail(pull(program, name + ":swapped", copy), REFUSAL);
    putVariant(
        name, "missing", good.replace(bases.get(0) + ",", "").replace("," + bases.get(0), ""));
    fail(pull(program, name + ":missing", copy), "do not fit each other");
    assertThat(copy).doesNotExist();
    succeed(pull(program, name + ":2", copy));
    assertSame(second, copy);
  }

  private static Path deltaBlob(String name) throws Exception {
    return layers(manifest(name, "2")).stream()
        .filter(each -> Json.map(each.get("annotations")).containsKey("crjvm.delta"))
        .map(each -> registry.blob((String) each.get("digest")))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @EnumSource(Program.class)
  void afterADamagedDeltaTheNextPullGoesOn(Program program) throws Exception {
    String name = pushBoth(program, "damaged");
    Path copy = copy(program, "damaged");
    Path blob = deltaBlob(name);
    byte[] content = Files.readAllBytes(blob);
    byte[] other = content.clone();
    other[other.length / 2] ^= 1;
    Files.write(blob, other);
    try {
      fail(pull(program, name + ":2", copy), "a layer has another digest");
      assertThat(copy).doesNotExist();
    } finally {
      Files.write(blob, content);
    }
    // The base has arrived.
    double rest = succeed(pull(program.other(), name + ":2", copy));
    assertThat(rest).isLessThan(added(name, "2", "1") + 0.2);
    assertSame(second, copy);
  }

  @ParameterizedTest
  @EnumSource(Program.class)
  void aSignatureIsRequiredBeforeTheBaseComes(Program program) throws Exception {
    String name = pushBoth(program, "unsigned");
    Path folder = BENCH.newFolder("keys-" + program.word());
    Path copy = folder.resolve("place/image");
    SigningKey key = SigningKey.in(BENCH, folder, "key");
    Path trusted = key.trusted();
    fail(pull(program, name + ":2", copy).add("--require-signature", trusted), "not signed");
    try (Stream<Path> files = Files.walk(copy.getParent())) {
      assertThat(files.filter(Files::isRegularFile).map(each -> each.getFileName().toString()))
          .isSubsetOf("manifest", "lock", ".crjvm-partial");
    }
    Workbench.delete(copy.getParent());
    Path signed = BENCH.newFolder("signed-" + program.word()).resolve("image");
    succeed(pull(program, name + ":2", signed));
    succeed(crjvm(program, "sign", "--key", key.secret(), signed));
    push(program, signed, name + ":2", "--base", "1");
    succeed(pull(program, name + ":2", copy).add("--require-signature", trusted));
    assertSame(signed, copy);
  }

  @Test
  void aStoreNeedsTheBaseNoLonger_AndPushesUseIt() throws Exception {
    String name = pushBoth(Program.NATIVE, "stored");
    Path store = BENCH.newFolder("store").resolve("store");
    for (String tag : List.of(":1", ":2")) {
      double pulled = succeed(inStore(store, "store", "pull", place(name + tag)));
      assertThat(pulled).isLessThan(added(name, "2", "1") + 100);
    }
    String first = registry.variants(name, "1").get(0).substring("sha256:".length());
    for (Program each : Program.values()) {
      int before = registry.requestedBlobs().size();
      Command push = crjvm(each, "push", second, place(name + ":again"), "--base", "1");
      succeed(push.with("CRJVM_STORE", store.toString()));
      assertThat(registry.requestedBlobs()).hasSize(before);
    }
    Workbench.delete(store.resolve("images").resolve(first));
    RunningProcess restored =
        checkpoint.await(
            inStore(store, "run", "--image", place(name + ":2"), "--no-fallback").start("run"));
    assertThat(JavaCache.isRestored(restored)).as(restored::describe).isTrue();
    assertThat(restored.terminate()).isEqualTo(143);
  }

  @Test
  void aStartFromADamagedDeltaIsNormal() throws Exception {
    String name = pushBoth(Program.NATIVE, "normal");
    String wrong = changed(manifest(name, "2"), DELTA, "$1$2 $3 $4 2 $6 $7");
    putVariant(name, "2", wrong);
    Path store = BENCH.newFolder("store").resolve("store");
    String command = "exec " + String.join(" ", checkpoint.jvm().plainCommand().words());
    RunningProcess normal =
        checkpoint.await(
            inStore(store, "run", "--image", place(name + ":2"))
                .with("CRJVM_FALLBACK", command)
                .start("normal"));
    assertThat(JavaCache.isRestored(normal)).isFalse();
    assertThat(normal.messages())
        .singleElement()
        .asString()
        .contains(REFUSAL)
        .endsWith("; starting the application normally");
    assertThat(normal.terminate()).isEqualTo(143);
  }

  private static Command inStore(Path store, Object... words) throws IOException {
    return crjvm(Program.NATIVE, words)
        .with("CRJVM_TRANSFER", "")
        .with("CRJVM_STORE", store.toString());
  }
}
