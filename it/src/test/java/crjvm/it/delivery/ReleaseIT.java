package crjvm.it.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Json;
import crjvm.it.bench.Requirement;
import crjvm.it.guest.GuestTools;
import crjvm.it.matrix.Matrix;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code release/build}: somebody else builds the same sources elsewhere and gets the same bytes.
 */
@Tag("delivery")
class ReleaseIT {
  private static final Path ROOT = Path.of(System.getProperty("crjvm.it.root")).normalize();

  /** The offset of e_machine in an ELF file, and its number for 64-bit ARM. */
  private static final int MACHINE_AT = 18;

  private static final int AARCH64 = 183;

  /** The commands of release/build. */
  private static final List<String> TOOLS =
      List.of(
          "sh",
          "dirname",
          "readlink",
          "uname",
          "cat",
          "ls",
          "git",
          "jq",
          "mvn",
          "tar",
          "gzip",
          "md5sum",
          "sha1sum",
          "sha256sum",
          "sha512sum",
          "cmp",
          "dpkg-query",
          "dpkg-deb",
          "rpmbuild");

  @TempDir private Path temporary;

  /** A release for both machines needs a cross compiler. */
  @Matrix
  @ParameterizedTest(name = "with aarch64: {0}")
  @ValueSource(booleans = {true, false})
  void aReleaseIsWhatWasTestedWithABillAndChecksums(boolean withAarch64) throws Exception {
    Requirement.need(Files.exists(Path.of("/usr/bin/jq")), "jq is missing; install the package jq");
    Requirement.need(Files.exists(ROOT.resolve(".git")), "\"" + ROOT + "\" is not a repository");
    Path tools = GuestTools.arm64().resolve("tools");
    Requirement.need(
        !withAarch64 || Files.exists(tools.resolve("versions")),
        "there is no cross compiler, or an old one; run it/vm/setup-arm64 --tools");
    Path built = distribution();
    Path release = temporary.resolve("release");
    List<String> command = new ArrayList<>(List.of("sh", "-c", "umask 077; exec env \"$@\"", "sh"));
    if (withAarch64) {
      command.add("PATH=" + tools.resolve("bin") + ":" + System.getenv("PATH"));
    }
    command.addAll(List.of("release/build", "--working-tree", "--output", release.toString()));
    List<String> options = withAarch64 ? List.of() : List.of("--without-aarch64");
    command.addAll(options);
    run(command.toArray(String[]::new));

    assertThat(release.resolve(built.getFileName())).hasSameBinaryContentAs(built);
    String version = built.getFileName().toString().replaceAll("^crjvm-|\\.tar\\.gz$", "");
    assertRepository(release, version, temporary.resolve("repository"));
    run("sh", "-c", "cd \"$1\" && sha256sum --strict --check SHA256SUMS", "sh", release.toString());
    assertThat(Files.readAllLines(release.resolve("SHA256SUMS"))).hasSize(withAarch64 ? 11 : 7);
    assertThat(Files.readString(release.resolve("CHANGES.md"))).startsWith("## ");
    assertThat(bill(release.resolve("crjvm-" + version + ".cdx.json")))
        .contains("byte-buddy", "jna", "commons-io", "picocli", "protobuf-java", "zstd-jni")
        .contains("crjvm-agent", "crjvm-image", "crjvm-api", "jagged-framework")
        .contains("jib-core", "oras-java-sdk")
        .contains("crjvm-helper", "crjvm-checkpoint", "crjvm-restore", "crjvm-verify")
        .contains("crjvm-transfer")
        .contains("openssl", "glibc", "zstd", "libffi")
        .doesNotContain("junit-jupiter", "assertj-core");
    assertThat(bill(release.resolve("crjvm-maven-plugin-" + version + ".cdx.json")))
        .contains("plexus-archiver", "jackson-jr-objects", "jackson-core", "commons-compress")
        .doesNotContain("maven-core", "maven-plugin-annotations", "junit-jupiter", "byte-buddy");
    assertProvenance(release, options);
    if (withAarch64) {
      assertAarch64(release, built);
    }
  }

  /** Makes a statement about the release that was built, which has no commit of its own. */
  private void assertProvenance(Path release, List<String> options) throws Exception {
    Path statement = temporary.resolve("statement");
    String commit = "0123456789abcdef0123456789abcdef01234567";
    String script = "exec release/make-provenance \"$@\" >'" + statement + "'";
    List<String> words =
        List.of(release.toString(), "https://a.invalid/", "https://b.invalid/c.git", commit);
    List<String> command = new ArrayList<>(List.of("sh", "-c", script, "sh"));
    command.addAll(words);
    command.addAll(options);
    run(command.toArray(String[]::new));

    Object json = Json.parse(Files.readString(statement));
    Map<String, String> subjects = new TreeMap<>();
    for (Object each : (List<?>) at(json, "subject")) {
      subjects.put((String) at(each, "name"), (String) at(each, "digest", "sha256"));
    }
    Map<String, String> sums = new TreeMap<>();
    for (String line : Files.readAllLines(release.resolve("SHA256SUMS"))) {
      sums.put(line.substring(line.indexOf("  ") + 2), line.substring(0, line.indexOf(' ')));
    }
    assertThat(subjects.remove("SHA256SUMS")).hasSize(64);
    assertThat(subjects).isEqualTo(sums);
    Object build = at(json, "predicate", "buildDefinition");
    assertThat(at(build, "externalParameters", "options")).isEqualTo(options);
    assertThat(at(build, "resolvedDependencies"))
        .isEqualTo(
            List.of(
                Map.of(
                    "uri", "git+https://b.invalid/c.git", "digest", Map.of("gitCommit", commit))));
    assertThat(at(json, "predicate", "runDetails", "builder", "id"))
        .isEqualTo("https://a.invalid/release/build");
  }

  private static Object at(Object json, String... names) {
    Object value = json;
    for (String name : names) {
      value = ((Map<?, ?>) value).get(name);
    }
    return value;
  }

  /** Checks the distribution for 64-bit ARM, which has the same files as that for x86-64. */
  private void assertAarch64(Path release, Path built) throws Exception {
    String name = built.getFileName().toString().replaceAll("\\.tar\\.gz$", "");
    Path other = release.resolve(name + "-aarch64.tar.gz");
    assertThat(files(other, name + "-aarch64")).isEqualTo(files(built, name));
    Path unpacked = Files.createDirectory(temporary.resolve("unpacked"));
    run("tar", "-xzf", other.toString(), "-C", unpacked.toString());
    for (String program : List.of("restore", "helper", "checkpoint", "verify", "transfer")) {
      byte[] elf = Files.readAllBytes(unpacked.resolve(name + "-aarch64/libexec/crjvm-" + program));
      assertThat(elf[MACHINE_AT]).as(program).isEqualTo((byte) AARCH64);
    }
    assertThat(bill(release.resolve(name + "-aarch64.cdx.json")))
        .contains("crjvm-restore", "openssl", "glibc", "jansson", "byte-buddy");
  }

  /** Returns the names of the files in an archive, below its folder. */
  private static List<String> files(Path archive, String folder) throws Exception {
    Process tar = new ProcessBuilder("tar", "-tzf", archive.toString()).start();
    try (var lines = tar.inputReader()) {
      return lines
          .lines()
          .filter(line -> !line.endsWith("/"))
          .map(line -> line.replaceFirst("^" + folder, ""))
          .sorted()
          .toList();
    }
  }

  @Test
  void withoutACrossCompilerItSaysWhatToDo() throws Exception {
    Path output = temporary.resolve("release");
    Path tools = Files.createDirectory(temporary.resolve("bin"));
    for (String each : TOOLS) {
      Files.createSymbolicLink(tools.resolve(each), Path.of("/usr/bin").resolve(each));
    }
    Process build =
        new ProcessBuilder(
                "/usr/bin/env",
                "PATH=" + tools,
                ROOT.resolve("release/build").toString(),
                "--output",
                output.toString())
            .redirectErrorStream(true)
            .start();
    assertThat(new String(build.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .hasLineCount(1)
        .contains("\"aarch64-linux-gnu-gcc\" is missing; run it/vm/setup-arm64 --tools and put");
    assertThat(build.waitFor()).isEqualTo(1);
    assertThat(output).doesNotExist();
  }

  @Test
  void theArchiveHasTheLicencesOfWhatIsInIt() throws Exception {
    Path built = distribution();
    String folder = built.getFileName().toString().replaceAll("\\.tar\\.gz$", "");
    Path unpacked = Files.createDirectory(temporary.resolve("unpacked"));
    run("tar", "-xzf", built.toString(), "-C", unpacked.toString());
    Path distribution = unpacked.resolve(folder);
    assertThat(distribution.resolve("LICENSE")).hasSameBinaryContentAs(ROOT.resolve("LICENSE"));
    assertThat(distribution.resolve("licenses/openssl")).content().contains("Apache");
    assertThat(distribution.resolve("licenses/glibc")).content().contains("LGPL-2.1");
    assertThat(distribution.resolve("licenses/jansson")).content().contains("Petri Lehtinen");
    assertThat(distribution.resolve("licenses/LGPL-2.1"))
        .content()
        .contains("LESSER GENERAL PUBLIC");
    try (JarFile jar = new JarFile(distribution.resolve("crjvm.jar").toFile())) {
      assertThat(jar.stream().map(ZipEntry::getName))
          .filteredOn(name -> name.startsWith("META-INF/licenses/"))
          .extracting(name -> name.replaceAll("^META-INF/licenses/(jna|byte-buddy|zstd)-.*", "$1"))
          .contains("jna", "byte-buddy", "zstd");
    }
  }

  /** Checks that the repository holds the files that MavenRepositoryIT and DeliveryIT use. */
  private void assertRepository(Path release, String version, Path unpacked) throws Exception {
    Path archive = release.resolve("crjvm-maven-repository-" + version + ".tar.gz");
    Path tested = temporary.resolve("tested.tar.gz");
    run("release/make-maven-repository", ROOT.toString(), version, tested.toString());
    assertThat(archive).hasSameBinaryContentAs(tested);
    Files.createDirectory(unpacked);
    run("tar", "-xzf", archive.toString(), "-C", unpacked.toString());
    String plugin = place("crjvm-maven-plugin", version);
    String launcher = place("crjvm-launcher", version);
    String jar = "crjvm-maven-plugin-" + version + ".jar";
    assertThat(unpacked.resolve(plugin + ".jar"))
        .hasSameBinaryContentAs(ROOT.resolve("maven-plugin/target").resolve(jar));
    assertThat(unpacked.resolve(launcher + ".tar.gz")).hasSameBinaryContentAs(distribution());
  }

  /** Returns the path of an artifact, without the ending. */
  private static String place(String artifact, String version) {
    return "io/crjvm/" + artifact + "/" + version + "/" + artifact + "-" + version;
  }

  private static Path distribution() throws IOException {
    try (var files = Files.newDirectoryStream(ROOT.resolve("launcher/target"), "crjvm-*.tar.gz")) {
      for (Path file : files) {
        return file;
      }
    }
    throw new AssertionError("there is no distribution archive; build it");
  }

  /**
   * Returns the names of the components in a bill of materials. Every reference in it must lead to
   * one of them.
   */
  private static TreeSet<String> bill(Path file) throws IOException {
    Map<?, ?> bill = (Map<?, ?>) Json.parse(Files.readString(file));
    assertThat(bill.get("bomFormat")).isEqualTo("CycloneDX");
    TreeSet<String> names = new TreeSet<>();
    TreeSet<String> references = new TreeSet<>();
    for (Object each : (List<?>) bill.get("components")) {
      Map<?, ?> component = (Map<?, ?>) each;
      names.add(component.get("name").toString());
      references.add(component.get("bom-ref").toString());
    }
    for (Object each : (List<?>) bill.get("dependencies")) {
      if (((Map<?, ?>) each).get("dependsOn") instanceof List<?> on) {
        on.forEach(reference -> assertThat(references).contains(reference.toString()));
      }
    }
    return names;
  }

  private static void run(String... command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(ROOT.toFile()).inheritIO();
    builder.environment().put("LC_ALL", "tr_TR.UTF-8");
    builder.environment().put("TZ", "Pacific/Kiritimati");
    builder.environment().remove("MAVEN_ARGS");
    Process process = builder.start();
    try {
      assertThat(process.waitFor(10, TimeUnit.MINUTES)).as("in time").isTrue();
      assertThat(process.exitValue()).as(String.join(" ", command)).isZero();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}
