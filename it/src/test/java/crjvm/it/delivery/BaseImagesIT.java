package crjvm.it.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Await;
import crjvm.it.bench.CapabilityWatch;
import crjvm.it.bench.Command;
import crjvm.it.bench.Http;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.Json;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import crjvm.it.bench.container.Container;
import crjvm.it.bench.container.ContainerEngine;
import crjvm.it.bench.container.Containers;
import crjvm.it.matrix.BesideOthers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@code release/make-base-images}: container images with a JDK and with everything that makes
 * images and starts them.
 */
@BesideOthers
@ResourceLock(value = CapabilityWatch.RESOURCE, mode = ResourceAccessMode.READ)
@ResourceLock(Containers.RESOURCE)
@Tag("container")
class BaseImagesIT {
  private static final Duration LIMIT = Duration.ofMinutes(15);

  private static final Path ROOT = Path.of(System.getProperty("crjvm.it.root")).normalize();
  private static final String VERSION = System.getProperty("crjvm.it.version");
  private static final int LAYERS = 3;

  /** The header of a tar entry that has a file capability. */
  private static final Pattern CAPABILITY =
      Pattern.compile("SCHILY\\.xattr\\.([a-z.]+)=([\\x00-\\xff]{20})", Pattern.DOTALL);

  /** The kernel's second version of that, with capability 40 as permitted, and nothing else. */
  private static final String ONLY_CHECKPOINT_RESTORE =
      "\0\0\0\u0002" + "\0\0\0\0" + "\0\0\0\0" + "\0\u0001\0\0" + "\0\0\0\0";

  /** The options that docs/containers.md asks for. */
  private static final List<String> MAKING =
      List.of("--init", "--cap-add=CHECKPOINT_RESTORE", "--security-opt=seccomp=unconfined");

  @RegisterExtension static final Workbench BENCH = new Workbench();
  @RegisterExtension static final Containers CONTAINERS = new Containers(BENCH);

  private static Path layout;

  @BeforeAll
  static void makeImages() throws Exception {
    Requirement.need(User.isRoot(), "only root can make another system");
    for (String tool : List.of("mmdebstrap", "umoci")) {
      Requirement.need(
          ContainerEngine.isThere(tool), "there is no " + tool + "; install the package " + tool);
    }
    layout = make("first");
  }

  private static Path make(String name) throws Exception {
    Path made = BENCH.newFolder(name).resolve("layout");
    Command command = script("--archive", archive(), "--output", made);
    jdks().forEach(jdk -> command.add("--jdk", jdk.require().home()));
    RunningProcess process = command.start(name);
    Await.until(LIMIT, "the layout", () -> !process.isAlive(), process::describe);
    assertThat(process.awaitExit()).as(process::describe).isZero();
    return made;
  }

  private static Command script(Object... words) throws IOException {
    return new Command(BENCH, BENCH.newFolder("work"))
        .as(User.ROOT)
        .with("PATH", "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
        .add(ROOT.resolve("release/make-base-images"))
        .add(words);
  }

  private static Path archive() {
    return ROOT.resolve("launcher/target/crjvm-" + VERSION + ".tar.gz");
  }

  static List<Jdk> jdks() {
    return Jdk.longTerm();
  }

  @Test
  void theyAreTheSameTwice() throws Exception {
    assertThat(files(make("second"))).isEqualTo(files(layout));
  }

  /** Returns the contents of small files and the sizes of others, whose names are their digests. */
  private static Map<String, String> files(Path folder) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.filter(Files::isRegularFile).toList()) {
        String name = folder.relativize(each).toString();
        boolean isBlob = name.startsWith("blobs/");
        files.put(name, isBlob ? Files.size(each) + "" : Files.readString(each));
      }
    }
    return files;
  }

  @Test
  void eachHasItsLayersAUserAndOneFileWithACapability() throws Exception {
    Map<String, String> manifests = new TreeMap<>();
    for (Object each : (List<?>) json(layout.resolve("index.json")).get("manifests")) {
      Map<?, ?> manifest = (Map<?, ?>) each;
      Map<?, ?> annotations = (Map<?, ?>) manifest.get("annotations");
      manifests.put(
          annotations.get("org.opencontainers.image.ref.name").toString(),
          manifest.get("digest").toString());
    }
    assertThat(manifests)
        .containsOnlyKeys(jdks().stream().map(BaseImagesIT::tag).toArray(String[]::new));
    List<List<String>> layers = new ArrayList<>();
    for (Map.Entry<String, String> each : manifests.entrySet()) {
      Map<?, ?> manifest = json(blob(each.getValue()));
      Map<?, ?> image = json(blob(((Map<?, ?>) manifest.get("config")).get("digest").toString()));
      Map<?, ?> config = (Map<?, ?>) image.get("config");
      assertThat(config.get("User")).isEqualTo("1000:1000");
      assertThat(config.get("Env").toString())
          .contains("JAVA_HOME=/usr/lib/jvm/" + each.getKey())
          .contains("PATH=/opt/crjvm/bin:/usr/lib/jvm/" + each.getKey() + "/bin:");
      assertThat(image.get("architecture").toString()).isIn("amd64", "arm64");
      List<String> digests = new ArrayList<>();
      for (Object layer : (List<?>) manifest.get("layers")) {
        digests.add(((Map<?, ?>) layer).get("digest").toString());
      }
      layers.add(digests);
    }
    // They share the system and crjvm.
    assertThat(layers).allMatch(list -> list.size() == LAYERS);
    assertThat(layers).extracting(list -> list.get(0)).containsOnly(layers.get(0).get(0));
    assertThat(layers).extracting(list -> list.get(2)).containsOnly(layers.get(0).get(2));
    assertThat(layers).extracting(list -> list.get(1)).doesNotHaveDuplicates();

    assertThat(capabilities(layers.get(0).get(0))).isEmpty();
    assertThat(capabilities(layers.get(0).get(1))).isEmpty();
    assertThat(capabilities(layers.get(0).get(2)))
        .containsExactly("security.capability " + ONLY_CHECKPOINT_RESTORE);
  }

  private static String tag(Jdk jdk) {
    return "jdk-" + jdk.major();
  }

  private static Map<?, ?> json(Path file) throws IOException {
    return (Map<?, ?>) Json.parse(Files.readString(file));
  }

  private static Path blob(String digest) {
    return layout.resolve("blobs").resolve(digest.replace(':', '/'));
  }

  /** Returns the extended attributes of files in a layer. */
  private static List<String> capabilities(String digest) throws IOException {
    try (InputStream tar = new GZIPInputStream(Files.newInputStream(blob(digest)))) {
      String bytes = new String(tar.readAllBytes(), StandardCharsets.ISO_8859_1);
      return CAPABILITY
          .matcher(bytes)
          .results()
          .map(found -> found.group(1) + " " + found.group(2))
          .toList();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("jdks")
  void inOneContainerAnImageIsMadeAndAnotherStartsIt(Jdk jdk) throws Exception {
    String image = CONTAINERS.engine().podman("pull", "--quiet", "oci:" + layout + ":" + tag(jdk));
    TestJvm place = new TestJvm(BENCH, jdk.require());
    Path folder = place.folder();
    Files.copy(BENCH.application(), folder.resolve("app.jar"));
    ContainerEngine.call(List.of("chown", "-R", "1000:1000", folder.toString()));

    RunningProcess doctor = CONTAINERS.of(image).with(MAKING).start();
    assertThat(doctor.awaitExit()).as(doctor::describe).isZero();

    String options = "image=" + place.image() + ",at=http:" + place.url() + ",warmup=";
    RunningProcess making =
        CONTAINERS
            .of(image)
            .with(MAKING)
            .writing(folder)
            .start(
                "java",
                "-javaagent:/opt/crjvm/crjvm.jar=" + options + place.url() + "count*20",
                "-Xmx96m",
                "-jar",
                folder.resolve("app.jar"),
                "--port",
                place.port());
    assertThat(making.awaitExit()).as(making::describe).isZero();
    assertThat(place.image().resolve("manifest")).exists();

    Container starting = CONTAINERS.of(image).with(Container.CONFINED).writing(folder);
    RunningProcess restored =
        starting.start("crjvm", "run", "--no-fallback", "--image", place.image());
    Http.awaitAnswer(restored, place.port(), "/");
    assertThat(Http.ask(place.port(), "/count")).isEqualTo("21");
    assertThat(starting.stop()).isEqualTo(143);
    CONTAINERS.engine().podman("rmi", "--force", image);
  }

  @Test
  void wrongUseIsOneLine() throws Exception {
    assertFails(125, "crjvm: release/make-base-images: --archive is missing; see --help");
    assertFails(125, "\"--bogus\" is not an option", "--bogus");
    assertFails(125, "\"/\" exists", "--archive", "x", "--jdk", "x", "--output", "/");
    Path output = BENCH.newFolder("none").resolve("layout");
    assertFails(
        1, "there is no \"x.tar.gz\"", "--archive", "x.tar.gz", "--jdk", "x", "--output", output);
  }

  private static void assertFails(int status, String text, Object... words) throws Exception {
    RunningProcess process = script(words).run("failure");
    assertThat(process.awaitExit()).isEqualTo(status);
    assertThat(process.stderr()).hasLineCount(1).contains(text);
  }
}
