package crjvm.it.registry;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Command;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.Json;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.SharedImage;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import crjvm.it.bench.registry.RegistryServer;
import crjvm.it.matrix.BesideOthers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Images of two kinds of machines under one tag, with the program that needs no JVM alone and with
 * the Java client alone. Without ARM hardware, that machine's image is a {@link ForeignImage}.
 */
@BesideOthers
@ParameterizedClass
@ValueSource(strings = {"native", "java"})
@Tag("machine")
class OtherMachineIT {
  private static final String NO_IMAGE =
      "fits this machine: it is x86-64, and they are for 64-bit ARM (aarch64)";

  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static final SharedImage IMAGE =
      new SharedImage(jdk -> new TestJvm(BENCH, jdk).checkpoint());

  private static RegistryServer registry;
  private static Path foreign;

  /** The value of CRJVM_TRANSFER. */
  private static String program;

  @Parameter String parameter; // Without this field, the method below would not get it.

  @BeforeParameterizedClassInvocation
  static void start(String chosen) throws Exception {
    program = chosen;
    registry = RegistryServer.start(BENCH);
    foreign = ForeignImage.of(BENCH, IMAGE.of(Jdk.any()));
  }

  private static Command crjvm(Object... words) throws IOException {
    Path home = IMAGE.of(Jdk.any()).jvm().folder();
    return new Command(BENCH, home)
        .with("HOME", home.toString())
        .with("CRJVM_TRANSFER", program)
        .add(BENCH.launcher())
        .add(words);
  }

  private static String succeed(Object... words) throws Exception {
    RunningProcess process = crjvm(words).run("command");
    assertThat(process.awaitExit()).as(process::describe).isZero();
    assertThat(process.stderr()).isEmpty();
    return process.stdout();
  }

  private static void fail(String cause, Object... words) throws Exception {
    RunningProcess process = crjvm(words).run("refusal");
    assertThat(process.awaitExit()).as(process::describe).isEqualTo(1);
    assertThat(process.stderr()).hasLineCount(1).startsWith("crjvm: ").contains(cause);
    assertThat(process.stdout()).isEmpty();
  }

  private static String place(String nameAndTag) {
    return "oci://" + registry.place(nameAndTag);
  }

  private static void assertSame(Path image, Path copy) throws Exception {
    for (String name : List.of("manifest", "plan", "memory")) {
      assertThat(Files.mismatch(image.resolve(name), copy.resolve(name))).isEqualTo(-1);
    }
  }

  private static Path target(String name) throws IOException {
    return BENCH.newFolder(name).resolve("image");
  }

  /** Returns the architectures of the containers' world that a tag's index names, in order. */
  private static List<?> architectures(String name, String tag) throws Exception {
    List<?> entries = (List<?>) Json.map(Json.parse(registry.index(name, tag))).get("manifests");
    return entries.stream()
        .map(each -> (Map<?, ?>) Json.map(each).get("platform"))
        .map(platform -> platform.get("os") + "/" + platform.get("architecture"))
        .toList();
  }

  @Test
  void eachMachineHasItsImageUnderOneTag() throws Exception {
    Path image = IMAGE.of(Jdk.any()).image();
    succeed("push", image, place("both:1"));
    succeed("push", foreign, place("both:1"));
    assertThat(architectures("both", "1")).isEqualTo(List.of("linux/amd64", "linux/arm64"));
    Path copy = target("both");
    succeed("pull", place("both:1"), copy);
    assertSame(image, copy);

    // A newer image of a machine replaces the older one of that machine.
    succeed("push", SecondCheckpoint.of(IMAGE.of(Jdk.any())), place("both:1"));
    assertThat(architectures("both", "1")).isEqualTo(List.of("linux/arm64", "linux/amd64"));
    succeed("pull", place("both:1"), copy);
    assertSame(SecondCheckpoint.of(IMAGE.of(Jdk.any())), copy);
    succeed("push", foreign, place("both:1"));
    assertThat(architectures("both", "1")).isEqualTo(List.of("linux/amd64", "linux/arm64"));
  }

  @Test
  void withoutAnImageOfThisMachineTheOthersAreNamed() throws Exception {
    succeed("push", foreign, place("other:1"));
    Path copy = target("other");
    fail(NO_IMAGE, "pull", place("other:1"), copy);
    assertThat(copy).doesNotExist();
    succeed("pull", "--any", place("other:1"), copy);
    assertSame(foreign, copy);
  }

  @Test
  void anIndexThatIsWrongAboutTheMachineIsNotBelieved() throws Exception {
    succeed("push", foreign, place("wrong:1"));
    String index = registry.index("wrong", "1");
    String changed =
        index
            .replace("\"crjvm.machine\":\"aarch64\"", "\"crjvm.machine\":\"x86_64\"")
            .replaceFirst("(crjvm.cpu-features\":\")[^\"]*", "$1");
    assertThat(changed).isNotEqualTo(index);
    registry.putIndex("wrong", "1", changed);
    Path copy = target("wrong");
    fail("what ", "pull", place("wrong:1"), copy);
    assertThat(copy).doesNotExist();
  }

  @Test
  void anArtifactThatSaysNothingIsOfTheFirstMachine() throws Exception {
    Path image = IMAGE.of(Jdk.any()).image();
    succeed("push", image, place("older:1"));
    String index = registry.index("older", "1");
    String older =
        Pattern.compile(
                "\"crjvm.machine\":\"x86_64\",|\"platform\":\\{[^}]*\\},|,\"platform\":\\{[^}]*\\}")
            .matcher(index)
            .replaceAll("");
    assertThat(older).isNotEqualTo(index).doesNotContain("platform", "crjvm.machine");
    registry.putIndex("older", "1", older);
    Path copy = target("older");
    succeed("pull", place("older:1"), copy);
    assertSame(image, copy);
    succeed("push", image, place("older:1"));
    assertThat(registry.variants("older", "1")).hasSize(1);
  }

  @Test
  void aDeltaHasABaseOfTheSameMachine() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    succeed("push", foreign, place("base:1"));
    String cause = program.equals("java") ? "it has no image for x86-64; push" : "has no image for";
    fail(cause, "push", "--base", "1", checkpoint.image(), place("base:2"));
    succeed("push", checkpoint.image(), place("base:1"));
    succeed("push", foreign, place("base:1"));
    Path second = SecondCheckpoint.of(checkpoint);
    succeed("push", "--base", "1", second, place("base:2"));
    Path copy = target("base");
    succeed("pull", place("base:2"), copy);
    assertSame(second, copy);
  }

  @Test
  void aStartFromATagOfTheOtherMachineIsANormalOne() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    succeed("push", foreign, place("start:1"));
    String command = String.join(" ", checkpoint.jvm().plainCommand().words());
    RunningProcess normal =
        checkpoint.await(
            crjvm("run", "--image", place("start:1"))
                .with("CRJVM_FALLBACK", "exec " + command)
                .start("normal"));
    assertThat(normal.messages())
        .singleElement()
        .asString()
        .contains(NO_IMAGE)
        .endsWith("; starting the application normally");
    assertThat(checkpoint.ask("/count")).isEqualTo("1");
    assertThat(normal.terminate()).isEqualTo(128 + 15);
  }

  @Test
  void anImageOfTheOtherMachineIsCheckedAndSignedHere() throws Exception {
    SigningKey pair = SigningKey.in(BENCH, BENCH.newFolder("key"), "own");
    Path image = ForeignImage.of(BENCH, IMAGE.of(Jdk.any()));
    String outcome = "\" is whole; it is for 64-bit ARM (aarch64): the files it needs are not here";
    // The other machine's JDK is not here.
    Path manifest = image.resolve("manifest");
    String needs = Files.readString(manifest).replaceAll("(requires=\\w+ \\d+ )/", "$1/arm/");
    Files.writeString(manifest, needs);
    assertThat(succeed("verify", image)).contains(outcome);
    succeed("sign", "--key", pair.secret(), image);
    assertThat(succeed("verify", "--require-signature", pair.trusted(), image))
        .contains("\" is whole, and signed by a key of \"", "; it is for 64-bit ARM (aarch64)");
    Files.writeString(image.resolve("plan"), "damaged");
    fail("\"" + image.resolve("plan") + "\" has 7 bytes instead of", "verify", image);
  }
}
