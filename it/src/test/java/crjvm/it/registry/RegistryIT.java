package crjvm.it.registry;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Await;
import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Command;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.MountNamespace;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.SharedImage;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import crjvm.it.bench.container.Container;
import crjvm.it.bench.container.ContainerEngine;
import crjvm.it.bench.container.Containers;
import crjvm.it.bench.registry.RecordingServer;
import crjvm.it.bench.registry.RegistryServer;
import crjvm.it.matrix.BesideOthers;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code crjvm push}, {@code crjvm pull} and {@code crjvm oci build} with a real registry: as users
 * run them, which is without a JVM where that is possible, and with the Java client alone.
 */
@BesideOthers
@ParameterizedClass
@ValueSource(strings = {"", "java"})
@Tag("delivery")
@ResourceLock(Containers.RESOURCE)
class RegistryIT {
  private static final Pattern TRANSFERRED =
      Pattern.compile("([0-9.]+) MiB in ([0-9]+) blocks; ([0-9.]+) MiB transferred");

  /** The capacity of a pipe. */
  private static final int PIPE_BYTES = 65_536;

  /** The length of the shortest line with a percentage. */
  private static final int LEAST_LINE = "crjvm: pushing: 0 %".length();

  @RegisterExtension static final Workbench BENCH = new Workbench();
  @RegisterExtension static final Containers CONTAINERS = new Containers(BENCH);

  private static final SharedImage IMAGE =
      new SharedImage(jdk -> new TestJvm(BENCH, jdk).checkpoint());

  private static final SharedImage PORTABLE =
      new SharedImage(
          jdk -> {
            TestJvm jvm = new TestJvm(BENCH, jdk);
            return jvm.checkpoint("portable=v2,at=http:" + jvm.url());
          });

  private static RegistryServer registry;

  /** The value of CRJVM_TRANSFER. */
  private static String program;

  @Parameter String parameter; // Without this field, the method below would not get it.

  @BeforeParameterizedClassInvocation
  static void start(String chosen) throws Exception {
    program = chosen;
    registry = RegistryServer.start(BENCH);
  }

  private static Command crjvm(Checkpoint checkpoint, Object... words) throws IOException {
    return BaseLayers.in(new Command(BENCH, checkpoint.jvm().folder()))
        .with("HOME", checkpoint.jvm().folder().toString())
        .with("CRJVM_TRANSFER", program)
        .add(BENCH.launcher())
        .add(words);
  }

  private static String succeed(Command command, String saying) throws Exception {
    RunningProcess process = command.run("registry-command");
    assertThat(process.awaitExit()).as(process::describe).isZero();
    assertThat(process.stderr()).isEmpty();
    assertThat(process.stdout()).hasLineCount(1).contains(saying);
    return process.stdout();
  }

  private static void fail(Command command, String cause) throws Exception {
    RunningProcess process = command.run("registry-refusal");
    assertThat(process.awaitExit()).as(process::describe).isEqualTo(1);
    assertThat(process.stderr()).hasLineCount(1).startsWith("crjvm: ").contains(cause);
    assertThat(process.stdout()).isEmpty();
  }

  private static String place(String nameAndTag) {
    return "oci://" + registry.place(nameAndTag);
  }

  private static String push(Checkpoint checkpoint, Path image, String nameAndTag)
      throws Exception {
    return succeed(crjvm(checkpoint, "push", image, place(nameAndTag)), "\" is pushed: ");
  }

  private static Command pull(Checkpoint checkpoint, String nameAndTag, Path image)
      throws IOException {
    return crjvm(checkpoint, "pull", place(nameAndTag), image);
  }

  /** Returns the whole size and the size that went over the network, in MiB with two decimals. */
  private static double[] sizes(String line) {
    Matcher matcher = TRANSFERRED.matcher(line);
    assertThat(matcher.find()).as(line).isTrue();
    return new double[] {
      Double.parseDouble(matcher.group(1)), Double.parseDouble(matcher.group(3))
    };
  }

  @Test
  void aPulledImageIsTheSame_AndTheNextOneComesInPart() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path second = SecondCheckpoint.of(checkpoint);
    Path copy = BENCH.newFolder("elsewhere").resolve("image");
    push(checkpoint, checkpoint.image(), "team/app:1");
    Map<Path, Long> before = registry.blobs();
    double[] again = sizes(push(checkpoint, checkpoint.image(), "team/app:1"));
    assertThat(again[1]).isLessThan(1);
    double[] pushed = sizes(push(checkpoint, second, "team/app:2"));
    Map<Path, Long> added = new HashMap<>(registry.blobs());
    added.keySet().removeAll(before.keySet());
    assertThat(added.size()).isLessThan(before.size());
    assertThat(pushed[1]).isLessThan(pushed[0]);

    double[] first = sizes(succeed(pull(checkpoint, "team/app:1", copy), "\" is pulled: "));
    assertSame(checkpoint.image(), copy);
    succeed(crjvm(checkpoint, "verify", copy), " is whole");
    assertRestores(checkpoint, copy);

    double[] next = sizes(succeed(pull(checkpoint, "team/app:2", copy), "\" is pulled: "));
    assertThat(next[1]).isLessThan(first[1]);
    assertSame(second, copy);
    assertThat(copy.getParent().toFile().list()).containsOnly("image");
  }

  private static void assertRestores(Checkpoint checkpoint, Path image) throws Exception {
    RunningProcess restored =
        checkpoint.await(
            crjvm(checkpoint, "run", "--no-fallback", "--verbose", "--image", image).start("run"));
    assertThat(checkpoint.ask("/count")).isEqualTo("21");
    assertThat(restored.terminate()).isEqualTo(143);
    assertThat(restored.stderr()).doesNotContain("all of it was read");
  }

  private static void assertSame(Path image, Path copy) throws Exception {
    try (Stream<Path> files = Files.list(image)) {
      for (Path file : files.toList()) {
        assertThat(Files.mismatch(file, copy.resolve(file.getFileName()))).isEqualTo(-1);
      }
    }
    assertThat(blocks(copy)).isLessThanOrEqualTo(blocks(image));
  }

  /** Returns the size of the memory file on disk, in blocks of 512 bytes. */
  private static long blocks(Path image) throws Exception {
    String memory = image.resolve("memory").toString();
    return Long.parseLong(ContainerEngine.call(List.of("stat", "-c", "%b", memory)));
  }

  @Test
  void aPullThatWasInterruptedGoesOn() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path copy = BENCH.newFolder("interrupted").resolve("image");
    push(checkpoint, checkpoint.image(), "resumed:1");
    String variant = registry.variants("resumed", "1").get(0);
    Path blob = registry.blob(registry.block("resumed", variant, "plan"));
    Path aside = blob.resolveSibling("aside");
    Files.move(blob, aside);
    fail(pull(checkpoint, "resumed:1", copy), "in the registry; check the name");
    assertThat(copy).doesNotExist();
    Files.move(aside, blob);
    double[] rest = sizes(succeed(pull(checkpoint, "resumed:1", copy), "\" is pulled: "));
    assertThat(rest[1]).isLessThan(1);
    assertSame(checkpoint.image(), copy);
  }

  /**
   * Kills a command in the middle of its work. The command has reported its progress for the third
   * time, and waits to report it again: its standard error is a pipe that is full.
   */
  private static void killMidway(Command command, String verb) throws Exception {
    Path pipe = BENCH.newFolder("pipe").resolve("errors");
    Workbench.makePipe(pipe, "rw-rw-rw-");
    try (RandomAccessFile ends = new RandomAccessFile(pipe.toFile(), "rw");
        FileInputStream reader = new FileInputStream(ends.getFD())) {
      int room = 3 * ("crjvm: " + verb + ": 10 %\n").length();
      ends.write(new byte[PIPE_BYTES - room]);
      String redirect = "errors=$1; shift; exec \"$@\" 2>\"$errors\"";
      RunningProcess process =
          command
              .add("--verbose")
              .wrappedIn("sh", "-c", redirect, "sh", pipe.toString())
              .start("killed");
      Await.until(
          RunningProcess.LIMIT,
          "three lines of " + verb,
          () -> !process.isAlive() || reader.available() > PIPE_BYTES - LEAST_LINE,
          process::describe);
      process.process().destroyForcibly();
      assertThat(process.awaitExit()).as(process::describe).isEqualTo(128 + 9);
      assertThat(process.stdout()).isEmpty();
    }
  }

  /**
   * Runs a command with progress messages on standard error, the last of which is 100 %. Returns
   * the closing line.
   */
  private static String succeedVerbosely(Command command, String verb) throws Exception {
    RunningProcess process = command.add("--verbose").run("verbose");
    assertThat(process.awaitExit()).as(process::describe).isZero();
    List<String> lines = process.stderr().lines().toList();
    assertThat(lines)
        .allMatch(line -> line.matches("crjvm: " + verb + ": \\d{1,3} %"))
        .hasSizeBetween(2, 12)
        .last()
        .isEqualTo("crjvm: " + verb + ": 100 %");
    List<Integer> percents =
        lines.stream().map(line -> Integer.parseInt(line.replaceAll("\\D", ""))).toList();
    assertThat(percents).isSorted().doesNotHaveDuplicates();
    return process.stdout();
  }

  @Test
  void whatIsKilledMidwayGoesOn_AndSaysHowFarItIs() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path image = checkpoint.image();
    Path copy = BENCH.newFolder("killed").resolve("image");
    killMidway(crjvm(checkpoint, "push", image, place("killed:1")), "pushing");
    fail(pull(checkpoint, "killed:1", copy), "there is no \"" + place("killed:1") + "\" in the");
    double pushed =
        sizes(succeedVerbosely(crjvm(checkpoint, "push", image, place("killed:1")), "pushing"))[1];
    double all = registry.size("killed", registry.variants("killed", "1").get(0));
    assertThat(pushed).isPositive().isLessThan(0.95 * all);

    killMidway(pull(checkpoint, "killed:1", copy), "pulling");
    assertThat(copy).doesNotExist();
    assertThat(copy.getParent()).isNotEmptyDirectory();
    double pulled = sizes(succeedVerbosely(pull(checkpoint, "killed:1", copy), "pulling"))[1];
    assertThat(pulled).isPositive().isLessThan(0.95 * all);
    assertSame(image, copy);
    assertThat(copy.getParent().toFile().list()).containsOnly("image");
  }

  @Test
  void nothingOfADamagedBlobIsTaken() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path copy = BENCH.newFolder("damaged").resolve("image");
    push(checkpoint, checkpoint.image(), "damaged:1");
    String variant = registry.variants("damaged", "1").get(0);
    Path blob = registry.blob(registry.block("damaged", variant, "memory"));
    byte[] content = Files.readAllBytes(blob);
    byte[] other = content.clone();
    other[other.length / 2] ^= 1;
    Files.write(blob, other);
    try {
      fail(pull(checkpoint, "damaged:1", copy), "a layer has another digest; do not trust it");
      assertThat(copy).doesNotExist();
    } finally {
      Files.write(blob, content);
    }
  }

  /** Checks that a pull is refused and that only the manifest has arrived. */
  private static void assertOnlyTheManifestCame(Command pull, Path copy, String cause)
      throws Exception {
    fail(pull, "\"" + copy + "\" is not signed" + cause);
    assertThat(copy).doesNotExist();
    try (Stream<Path> files = Files.walk(copy.getParent())) {
      List<String> names =
          files.filter(Files::isRegularFile).map(each -> each.getFileName().toString()).toList();
      assertThat(names)
          .contains("manifest")
          .isSubsetOf("manifest", "manifest.sig", "lock", ".crjvm-partial");
    }
    Workbench.delete(copy.getParent());
  }

  private static void replace(Path manifest, String text) throws Exception {
    Files.setPosixFilePermissions(manifest, PosixFilePermissions.fromString("rw-------"));
    Files.writeString(manifest, text);
    Files.setPosixFilePermissions(manifest, PosixFilePermissions.fromString("r--------"));
  }

  @Test
  void aSignatureIsRequired_BeforeAnythingElseComes() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path folder = BENCH.newFolder("signed");
    SigningKey pair = SigningKey.in(BENCH, folder, "trusted");
    Path trusted = pair.trusted();
    Path other = SigningKey.in(BENCH, folder, "other").trusted();
    Path copy = folder.resolve("image");
    Path manifest = checkpoint.image().resolve("manifest");
    String original = Files.readString(manifest);
    push(checkpoint, checkpoint.image(), "signed:1");
    assertOnlyTheManifestCame(
        pullSigned(checkpoint, refused(copy), trusted), refused(copy), "; sign it with crjvm sign");
    Path key = pair.secret();
    succeed(crjvm(checkpoint, "sign", "--key", key, checkpoint.image()), "signed");
    try {
      push(checkpoint, checkpoint.image(), "signed:1");
      String stranger = " by a key of \"" + other + "\"; do not trust it";
      assertOnlyTheManifestCame(
          pullSigned(checkpoint, refused(copy), other), refused(copy), stranger);
      succeed(pullSigned(checkpoint, copy, trusted), "is pulled");
      succeed(crjvm(checkpoint, "verify", "--require-signature", trusted, copy), " is whole");

      // An attacker who can write to the registry, but has no key, changes the command of a start.
      String altered = original.replace("\ncommand.main=", "\ncommand.vm=-Daltered\ncommand.main=");
      assertThat(altered).isNotEqualTo(original);
      replace(manifest, altered);
      push(checkpoint, checkpoint.image(), "signed:1");
      String forged = " by a key of \"" + trusted + "\"; do not trust it";
      assertOnlyTheManifestCame(
          pullSigned(checkpoint, refused(copy), trusted), refused(copy), forged);
    } finally {
      replace(manifest, original);
      Files.delete(checkpoint.image().resolve("manifest.sig"));
    }
  }

  private static Path refused(Path copy) {
    return copy.resolveSibling("refused").resolve("image");
  }

  private static Command pullSigned(Checkpoint checkpoint, Path copy, Path trusted)
      throws IOException {
    return pull(checkpoint, "signed:1", copy).add("--require-signature", trusted);
  }

  @Test
  void theVariantIsTakenThatFits() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path copy = BENCH.newFolder("variants").resolve("image");
    push(checkpoint, checkpoint.image(), "variants:1");
    String mine = registry.index("variants", "1");
    // These variants are for another CPU and for another JDK.
    String cpu = mine.replaceFirst("(crjvm.cpu-features\":\")", "$1avx99 ");
    String jdk = mine.replaceFirst("(crjvm.libjvm.sha256\":\")[0-9a-f]{8}", "$100000000");
    assertThat(List.of(cpu, jdk)).doesNotContain(mine);
    registry.putIndex("variants", "cpu", cpu);
    registry.putIndex("variants", "jdk", jdk);
    fail(pull(checkpoint, "variants:cpu", copy), "fits this machine: the CPU lacks \"avx99\"; ");
    fail(pull(checkpoint, "variants:jdk", copy), "fits this machine: there is no JDK \"");
    Path unfit = copy.resolveSibling("unfit");
    succeed(pull(checkpoint, "variants:cpu", unfit).add("--any"), "is pulled");
    assertSame(checkpoint.image(), unfit);
    // An image for this machine comes beside them, and then a newer one replaces it.
    push(checkpoint, checkpoint.image(), "variants:cpu");
    push(checkpoint, SecondCheckpoint.of(checkpoint), "variants:cpu");
    assertThat(registry.variants("variants", "cpu")).hasSize(2);
    succeed(pull(checkpoint, "variants:cpu", copy), "is pulled");
    assertSame(SecondCheckpoint.of(checkpoint), copy);
  }

  /** Runs the commands of the containers in examples/kubernetes/deployment-pull.yaml. */
  @Test
  void theCommandOfTheVariableStartsWhatNoVariantFits() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path copy = BENCH.newFolder("unfit").resolve("image");
    push(checkpoint, checkpoint.image(), "unfit:1");
    String mine = registry.index("unfit", "1");
    registry.putIndex("unfit", "1", mine.replaceFirst("(crjvm.cpu-features\":\")", "$1avx99 "));
    fail(pull(checkpoint, "unfit:1", copy), "fits this machine: the CPU lacks \"avx99\"; ");

    String command = "exec " + String.join(" ", checkpoint.jvm().plainCommand().words());
    Command run =
        crjvm(checkpoint, "run", "--image", copy).with("CRJVM_FALLBACK", command + " --from");
    RunningProcess normal = checkpoint.await(run.add("--", "the variable").start("normal"));
    assertThat(normal.stderr().lines())
        .containsExactly(
            "crjvm: cannot restore \""
                + copy
                + "\": there is no such image; starting the application normally");
    assertThat(checkpoint.askLines("/pid")).containsOnly(Long.toString(normal.pid()));
    assertThat(checkpoint.ask("/args")).endsWith(" --from the variable");
    assertThat(checkpoint.ask("/env?name=CRJVM_FALLBACK")).isEqualTo("null");
    assertThat(normal.terminate()).isEqualTo(143);
  }

  @Test
  void theBetterOfTwoIsTaken_UnlessItDoesNotFit() throws Exception {
    Checkpoint usual = IMAGE.of(Jdk.any());
    Checkpoint portable = PORTABLE.of(Jdk.any());
    Path copy = BENCH.newFolder("better").resolve("image");
    push(usual, usual.image(), "better:1");
    push(portable, portable.image(), "better:1");
    assertThat(registry.variants("better", "1")).hasSize(2);
    succeed(pull(usual, "better:1", copy), "is pulled");
    assertSame(usual.image(), copy);
    succeed(pull(usual, "better:1", copy).add("--any"), "is pulled");
    assertSame(portable.image(), copy);

    // This is a machine that lacks a feature of the better machine, whose image was pushed first.
    String index = registry.index("better", "1");
    registry.putIndex(
        "better", "lesser", index.replaceFirst("(crjvm.cpu-features\":\")", "$1avx99 "));
    Path other = copy.resolveSibling("lesser");
    succeed(pull(usual, "better:lesser", other), "is pulled");
    assertSame(portable.image(), other);
  }

  /** Simulates machines that have only one JDK on this machine, which has all of them. */
  @Test
  void eachJdkGetsItsOwn() throws Exception {
    List<Jdk> all = Jdk.all();
    Path folder = BENCH.newFolder("jdks");
    for (Jdk jdk : all) {
      Checkpoint checkpoint = IMAGE.of(jdk);
      push(checkpoint, checkpoint.image(), "jdks:1");
    }
    assertThat(registry.variants("jdks", "1")).hasSize(all.size());
    for (Jdk jdk : all) {
      Checkpoint checkpoint = IMAGE.of(jdk);
      String hide =
          all.stream()
              .filter(each -> each != jdk)
              .map(each -> "mount -t tmpfs crjvm-it " + each.home())
              .collect(Collectors.joining("; "));
      Path copy = folder.resolve("image-" + jdk.major());
      Command pull = pull(checkpoint, "jdks:1", copy).with("JAVA_HOME", jdk.home().toString());
      succeed(MountNamespace.of(pull, hide), "is pulled");
      assertSame(checkpoint.image(), copy);
      assertRestores(checkpoint, copy);
    }
  }

  @Test
  void registriesConfSaysWhereAndWhether() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path home = BENCH.newFolder("configured");
    Path file = Files.createDirectories(home.resolve(".config/containers"));
    Path configuration = file.resolve("registries.conf");
    Path copy = home.resolve("image");
    push(checkpoint, checkpoint.image(), "real/app:1");
    Files.writeString(
        configuration,
        String.format(
            "[[registry]]\nprefix = '%s'\nlocation = '%s'\ninsecure = true\n"
                + "[[registry]]\nprefix = '%s'\nblocked = true\n",
            registry.place("seeming"), registry.place("real"), registry.place("blocked")));
    succeed(pull(checkpoint, "seeming/app:1", copy).with("HOME", home.toString()), "is pulled");
    assertSame(checkpoint.image(), copy);
    Command push = crjvm(checkpoint, "push", checkpoint.image(), place("blocked/app:1"));
    for (Command each : List.of(pull(checkpoint, "blocked/app:1", copy), push)) {
      fail(
          each.with("HOME", home.toString()),
          "registries.conf blocks \"" + place("blocked/app:1") + "\"; ");
    }
    Files.writeString(configuration, "[[registry]\nprefix\n");
    fail(
        pull(checkpoint, "real/app:1", copy).with("HOME", home.toString()),
        "the configuration of registries in /etc/containers or of your own can't be used: ");
  }

  @Test
  void aContainerImageForSeveralMachinesKeepsItsTag() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path copy = BENCH.newFolder("machines").resolve("image");
    push(checkpoint, checkpoint.image(), "machines:1");
    // The refusal does not depend on layers and configurations, but the registry needs them.
    String image =
        registry
            .manifest("machines", registry.variants("machines", "1").get(0))
            .replaceFirst("\"artifactType\":\"[^\"]*\",?", "");
    assertThat(image).doesNotContain("vnd.crjvm.checkpoint");
    String digest = registry.putManifest("machines", "one", image);
    String entries =
        Stream.of("amd64", "arm64")
            .map(
                machine ->
                    String.format(
                        "{'mediaType':'%s','digest':'%s','size':%d,"
                            + "'platform':{'os':'linux','architecture':'%s'}}",
                        RegistryServer.MANIFEST, digest, image.length(), machine))
            .collect(Collectors.joining(","));
    String index =
        String.format(
                "{'schemaVersion':2,'mediaType':'%s','manifests':[%s]}",
                RegistryServer.INDEX, entries)
            .replace('\'', '"');
    registry.putIndex("machines", "several", index);
    for (String tag : List.of("one", "several")) {
      String place = "machines:" + tag;
      String cause = "\"" + place(place) + "\" is not an image of crjvm; choose another";
      fail(crjvm(checkpoint, "push", checkpoint.image(), place(place)), cause);
      fail(pull(checkpoint, place, copy), cause);
    }
    assertThat(registry.index("machines", "several")).isEqualTo(index);
    assertThat(copy.getParent()).isEmptyDirectory();
  }

  @Test
  void anotherVersionIsRefusedByName() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path copy = BENCH.newFolder("versions").resolve("image");
    push(checkpoint, checkpoint.image(), "versions:1");
    String index = registry.index("versions", "1");
    String digest = registry.variants("versions", "1").get(0);
    String manifest = registry.manifest("versions", digest);

    String other = index.replace("crjvm.checkpoint.v2", "crjvm.checkpoint.v4");
    assertThat(other).isNotEqualTo(index);
    registry.putIndex("versions", "other", other);
    String refusal =
        "\" was made by another version of crjvm: it has the type \"application/vnd.crjvm.";
    fail(pull(checkpoint, "versions:other", copy), refusal + "checkpoint.v4\", and here");
    fail(
        crjvm(checkpoint, "push", checkpoint.image(), place("versions:other")),
        refusal + "checkpoint.v4\", and here");
    assertThat(registry.index("versions", "other")).isEqualTo(other);

    // In these cases the index does not show the version.
    for (Map.Entry<String, String> each :
        Map.of(
                manifest.replace("crjvm.checkpoint.v2", "crjvm.checkpoint.v4"),
                refusal + "checkpoint.v4\", and here",
                manifest.replace("crjvm.blocks.v1+zstd", "crjvm.blocks.v2+xz"),
                refusal + "blocks.v2+xz\", and here",
                manifest.replaceFirst("\"artifactType\":\"[^\"]*\",?", ""),
                "was not made by crjvm push: one of its manifests is not an image's; do not trust",
                manifest.replaceFirst("application/vnd.crjvm.blocks.v1.zstd", "text/plain"),
                "was not made by crjvm push: a layer is not a block; do not trust it")
            .entrySet()) {
      String fresh = registry.putManifest("versions", "variant", each.getKey());
      assertThat(fresh).isNotEqualTo(digest);
      registry.putIndex("versions", "inside", index.replace(digest, fresh));
      fail(pull(checkpoint, "versions:inside", copy), each.getValue());
    }
    assertThat(copy).doesNotExist();
  }

  @Test
  void whatIsNotThereIsSaid() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    Path copy = BENCH.newFolder("missing").resolve("image");
    fail(pull(checkpoint, "missing:1", copy), "there is no \"" + place("missing:1") + "\" in the");
    fail(
        crjvm(checkpoint, "pull", "http://x/y", copy), "is not a place in a registry; give oci://");
    String refused =
        "can't be reached: \"127.0.0.1:1\": connection refused; check the address, and";
    fail(crjvm(checkpoint, "pull", "oci://127.0.0.1:1/x:1", copy), refused);
    fail(crjvm(checkpoint, "push", checkpoint.image(), "oci://127.0.0.1:1/x:1"), refused);
    fail(
        crjvm(checkpoint, "oci", "build", "--image", checkpoint.image())
            .add("--to", "docker://127.0.0.1:1/x:1"),
        refused);
    fail(
        crjvm(checkpoint, "pull", "oci://localhost.invalid/x:1", copy),
        "can't be reached: \"localhost.invalid:443\": unknown host; check the name of the host");
    try (RecordingServer server = new RecordingServer()) {
      String host = "127.0.0.1:" + server.port();
      fail(
          crjvm(checkpoint, "pull", "oci://" + host + "/x:1", copy),
          "can't be reached: \"" + host + "\": it closed the connection; check the address, and");
    }
    fail(
        crjvm(checkpoint, "push", copy, place("missing:1")),
        "\""
            + copy
            + "\" is not an image: it has no manifest; give the folder that a checkpoint has written");
    assertThat(copy.getParent()).isEmptyDirectory();
  }

  @Test
  void aContainerImageGoesThroughTheRegistry() throws Exception {
    Checkpoint checkpoint = IMAGE.of(Jdk.any());
    build(checkpoint, checkpoint.image());
    Map<Path, Long> before = registry.blobs();
    build(checkpoint, SecondCheckpoint.of(checkpoint));
    Map<Path, Long> added = new HashMap<>(registry.blobs());
    added.keySet().removeAll(before.keySet());
    // These are the checkpoint's layer, the configuration and the manifest.
    assertThat(added).hasSize(3);

    // An image is not a container image that an engine could pull, and it does not replace one.
    fail(
        crjvm(checkpoint, "push", checkpoint.image(), place("container:1")),
        "is not an image of crjvm; choose another tag");
    String image =
        CONTAINERS
            .engine()
            .podman("pull", "--quiet", "--tls-verify=false", registry.place("container:1"));
    Container container =
        CONTAINERS
            .of(image)
            .with("--cap-drop=ALL", "--security-opt=no-new-privileges", "--read-only");
    checkpoint.await(container.start("--no-fallback"));
    assertThat(checkpoint.ask("/count")).isEqualTo("21");
    assertThat(container.stop()).isEqualTo(143);
  }

  @Test
  void secretsAreNamedAndBothFormsOfAPlaceAreTaken() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any()).vm("-Dspring.datasource.password=of the test");
    Checkpoint checkpoint = jvm.checkpoint();
    Path image = checkpoint.image();
    assertNames(
        crjvm(checkpoint, "push", image, "docker://" + registry.place("secret:1")),
        image,
        "pushed");
    String container = "oci://" + registry.place("secret-container:1");
    assertNames(
        crjvm(checkpoint, "oci", "build", "--image", image, "--to", container), image, "built");
    Path copy = BENCH.newFolder("secret").resolve("image");
    succeed(
        crjvm(checkpoint, "pull", "docker://" + registry.place("secret:1"), copy), "is pulled: ");
    // The second form once meant a folder of this name.
    try (Stream<Path> files = Files.list(checkpoint.jvm().folder())) {
      assertThat(files).noneMatch(file -> file.getFileName().toString().startsWith("127."));
    }
  }

  private static void assertNames(Command command, Path image, String verb) throws Exception {
    RunningProcess process = command.run("registry-secrets");
    assertThat(process.awaitExit()).as(process::describe).isZero();
    assertThat(process.stdout()).contains("\" is " + verb + ": ");
    assertThat(process.stderr())
        .isEqualTo(
            "crjvm: \""
                + image
                + "\" holds what looks like secrets (property spring.datasource.password), and"
                + " whoever gets it can read them; make it without them (secrets=fail)\n");
  }

  private static void build(Checkpoint checkpoint, Path image) throws Exception {
    succeed(
        crjvm(
            checkpoint,
            "oci",
            "build",
            "--image",
            image,
            "--to",
            "docker://" + registry.place("container:1")),
        "\" is built: sha256:");
  }
}
