package crjvm.it.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Await;
import crjvm.it.bench.Command;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import crjvm.it.matrix.BesideOthers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * {@code release/make-maven-repository} and {@code release/sign-maven-repository}: a Maven
 * repository with everything that Central requires, and that builds can use.
 */
@BesideOthers
@Tag("delivery")
class MavenRepositoryIT {
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private static final Path ROOT = Path.of(System.getProperty("crjvm.it.root")).normalize();
  private static final String VERSION = System.getProperty("crjvm.it.version");
  private static final String KEY = "crjvm's tests";

  private static final Map<String, String> CHECKSUMS =
      Map.of("md5", "MD5", "sha1", "SHA-1", "sha256", "SHA-256", "sha512", "SHA-512");

  @RegisterExtension static final Workbench BENCH = new Workbench();

  /** The folder with the secret key, and one that only has the public key. */
  private static Path signer;

  private static Path reader;

  private static Path unsigned;
  private static Path signed;

  /** The signed repository, unpacked. */
  private static Path repository;

  /** The messages about what Central would refuse. */
  private static List<String> refusals;

  @BeforeAll
  static void makeAndSign() throws Exception {
    Requirement.need(
        Files.isExecutable(Path.of("/usr/bin/gpg")), "gpg is missing; install the package gnupg");
    signer = keyFolder("signer");
    reader = keyFolder("reader");
    succeed(gpg(signer, "--passphrase", "", "--quick-generate-key", KEY, "ed25519", "sign"));
    Path key = signer.resolve("public");
    succeed(gpg(signer, "--output", key, "--export", KEY));
    succeed(gpg(reader, "--import", key));
    unsigned = make("first");
    signed = BENCH.newFolder("signed").resolve("signed.tar.gz");
    RunningProcess signing = succeed(sign(unsigned, signed));
    refusals = signing.stderr().lines().toList();
    repository = unpack(signed);
  }

  @AfterAll
  static void endGpg() throws Exception {
    for (Path folder : Stream.of(signer, reader).filter(each -> each != null).toList()) {
      succeed(root().add("gpgconf", "--homedir", folder, "--kill", "all"));
    }
  }

  private static Path keyFolder(String name) throws Exception {
    Path folder = BENCH.newFolder(name);
    succeed(root().add("chmod", "700", folder));
    return User.ROOT.own(folder);
  }

  private static Command root() throws IOException {
    return new Command(BENCH, BENCH.newFolder("work")).as(User.ROOT);
  }

  private static Command gpg(Path folder, Object... words) throws IOException {
    return root().add("gpg", "--homedir", folder, "--batch", "--no-tty").add(words);
  }

  private static Command sign(Path archive, Path output) throws IOException {
    return root()
        .with("GNUPGHOME", signer.toString())
        .add(ROOT.resolve("release/sign-maven-repository"), "--repository", archive)
        .add("--key", KEY, "--output", output);
  }

  private static RunningProcess succeed(Command command) throws Exception {
    RunningProcess process = command.start("command");
    Await.until(LIMIT, "the command to end", () -> !process.isAlive(), process::describe);
    assertThat(process.awaitExit()).as(process::describe).isZero();
    return process;
  }

  private static Path make(String name) throws Exception {
    Path archive = BENCH.newFolder(name).resolve("repository.tar.gz");
    succeed(root().add(ROOT.resolve("release/make-maven-repository"), ROOT, VERSION, archive));
    return archive;
  }

  private static Path unpack(Path archive) throws Exception {
    Path folder = BENCH.newFolder("unpacked");
    succeed(root().add("tar", "-xzf", archive, "-C", folder));
    return folder;
  }

  /** Returns the names of all files below a folder that do not end like this. */
  private static Set<String> files(Path folder, String... endings) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      TreeSet<String> names = new TreeSet<>();
      all.filter(Files::isRegularFile)
          .map(file -> folder.relativize(file).toString())
          .filter(file -> Stream.of(endings).noneMatch(file::endsWith))
          .forEach(names::add);
      return names;
    }
  }

  /** Returns the names of the files that have checksums and signatures. */
  private static Set<String> artifacts() throws IOException {
    return files(repository, ".md5", ".sha1", ".sha256", ".sha512", ".asc");
  }

  @Test
  void itIsTheSameTwiceAndSigningOnlyAddsSignatures() throws Exception {
    assertThat(make("second")).hasSameBinaryContentAs(unsigned);
    Path before = unpack(unsigned);
    assertThat(files(repository, ".asc")).isEqualTo(files(before));
    for (String file : files(before)) {
      assertThat(repository.resolve(file)).hasSameBinaryContentAs(before.resolve(file));
    }
  }

  @Test
  void itHasWhatBuildsResolveAndNothingElse() throws Exception {
    TreeSet<String> expected = new TreeSet<>();
    for (String artifact :
        List.of(
            "crjvm-api",
            "crjvm-micronaut",
            "crjvm-quarkus",
            "crjvm-spring-boot",
            "crjvm-maven-plugin",
            "crjvm-gradle-plugin")) {
      for (String ending : List.of(".pom", ".jar", "-sources.jar", "-javadoc.jar")) {
        expected.add(place("io/crjvm", artifact) + ending);
      }
    }
    expected.add(place("io/crjvm", "crjvm-launcher") + ".pom");
    expected.add(place("io/crjvm", "crjvm-launcher") + ".tar.gz");
    expected.add(place("io/crjvm", "io.crjvm.gradle.plugin") + ".pom");
    assertThat(artifacts()).isEqualTo(expected);
  }

  @Test
  void everyFileHasItsChecksumsAndASignatureOfTheKey() throws Exception {
    for (String file : artifacts()) {
      Path path = repository.resolve(file);
      for (Map.Entry<String, String> each : new TreeMap<>(CHECKSUMS).entrySet()) {
        byte[] sum = MessageDigest.getInstance(each.getValue()).digest(Files.readAllBytes(path));
        assertThat(repository.resolve(file + "." + each.getKey()))
            .hasContent(HexFormat.of().formatHex(sum));
      }
      Path signature = repository.resolve(file + ".asc");
      assertThat(signature).content().startsWith("-----BEGIN PGP SIGNATURE-----\n");
      RunningProcess checked =
          succeed(gpg(reader, "--status-fd", "1", "--verify", signature, path));
      assertThat(checked.stdout()).contains("[GNUPG:] GOODSIG ", KEY, "[GNUPG:] VALIDSIG ");
    }
    // A signature is about these bytes and no others.
    String file = place("io/crjvm", "crjvm-api");
    Path other = repository.resolve(place("io/crjvm", "crjvm-spring-boot") + ".jar");
    RunningProcess refused =
        gpg(reader, "--verify", repository.resolve(file + ".jar.asc"), other).run("refused");
    assertThat(refused.awaitExit()).as(refused::describe).isNotZero();
  }

  @Test
  void everyPomIsCompleteByItself() throws Exception {
    List<String> poms = artifacts().stream().filter(name -> name.endsWith(".pom")).toList();
    assertThat(poms).hasSize(8);
    for (String name : poms) {
      PublishedPom pom = PublishedPom.read(repository.resolve(name));
      String file = name.substring(name.lastIndexOf('/') + 1, name.length() - ".pom".length());
      assertThat(pom.text("artifactId") + "-" + pom.text("version")).isEqualTo(file);
      assertThat(name).startsWith(pom.text("groupId").replace('.', '/') + "/");
      for (String element :
          List.of(
              "modelVersion",
              "name",
              "description",
              "url",
              "licenses/license/name",
              "licenses/license/url",
              "developers/developer/name",
              "developers/developer/organization",
              "developers/developer/organizationUrl",
              "scm/connection",
              "scm/developerConnection",
              "scm/url")) {
        assertThat(pom.text(element)).as(name + ": " + element).isNotBlank();
      }
      assertThat(pom.text("licenses/license/name")).isEqualTo("Apache-2.0");
      assertThat(pom.text("scm/connection")).isEqualTo("scm:git:" + pom.text("scm/url"));
      for (String element : List.of("parent", "repositories", "pluginRepositories", "build")) {
        assertThat(pom.all(element)).as(name + ": " + element).isZero();
      }
      assertThat(Files.readString(repository.resolve(name))).doesNotContain("${", "test</scope>");
      for (PublishedPom.Dependency each : pom.dependencies()) {
        assertThat(each.version()).as(name + ": " + each).matches("[0-9][^\\[(,]*");
        if (each.group().equals("io.crjvm")) {
          assertThat(repository.resolve(place("io/crjvm", each.artifact()) + ".pom")).exists();
          assertThat(each.version()).isEqualTo(VERSION);
        } else {
          assertThat(each.version()).as(name + ": " + each).doesNotEndWith("-SNAPSHOT");
        }
      }
    }
  }

  @Test
  void dependenciesAreThoseOfTheModules() throws Exception {
    assertThat(dependencies("io/crjvm", "crjvm-api")).isEmpty();
    assertThat(dependencies("io/crjvm", "crjvm-launcher")).isEmpty();
    assertThat(dependencies("io/crjvm", "crjvm-gradle-plugin")).isEmpty();
    for (String each : List.of("crjvm-micronaut", "crjvm-quarkus", "crjvm-spring-boot")) {
      assertThat(dependencies("io/crjvm", each)).containsExactly("crjvm-api");
    }
    assertThat(dependencies("io/crjvm", "crjvm-maven-plugin"))
        .containsExactlyInAnyOrder("plexus-archiver", "jackson-jr-objects");
    assertThat(dependencies("io/crjvm", "io.crjvm.gradle.plugin"))
        .containsExactly("crjvm-gradle-plugin");
  }

  /** Returns the artifacts that users of this one get. */
  private static List<String> dependencies(String group, String artifact) throws Exception {
    return PublishedPom.read(repository.resolve(place(group, artifact) + ".pom"))
        .dependencies()
        .stream()
        .filter(each -> !each.scope().equals("provided"))
        .map(PublishedPom.Dependency::artifact)
        .toList();
  }

  @Test
  void jarsHaveSourcesAndDocumentation() throws Exception {
    for (Map.Entry<String, String> each :
        Map.of(
                "crjvm-api", "crjvm/Crjvm",
                "crjvm-micronaut", "crjvm/micronaut/SettingsListener",
                "crjvm-quarkus", "crjvm/quarkus/SettingsListener",
                "crjvm-spring-boot", "crjvm/spring/StartEndpoint",
                "crjvm-maven-plugin", "crjvm/maven/CheckpointMojo",
                "crjvm-gradle-plugin", "crjvm/gradle/CrjvmPlugin")
            .entrySet()) {
      String jar = place("io/crjvm", each.getKey());
      assertThat(entries(jar + ".jar")).contains(each.getValue() + ".class");
      // Each class has its source, but for those inside of others.
      Set<String> sources = entries(jar + "-sources.jar");
      assertThat(sources)
          .containsAll(
              entries(jar + ".jar").stream()
                  .filter(name -> name.endsWith(".class") && !name.contains("$"))
                  .map(name -> name.replaceAll("class$", "java"))
                  .toList());
      assertThat(entries(jar + "-javadoc.jar"))
          .contains("index.html")
          .anyMatch(name -> name.endsWith(each.getValue() + ".html"));
    }
  }

  private static Set<String> entries(String jar) throws IOException {
    try (JarFile file = new JarFile(repository.resolve(jar).toFile())) {
      TreeSet<String> names = new TreeSet<>();
      file.stream().map(ZipEntry::getName).forEach(names::add);
      return names;
    }
  }

  @Test
  void signingNamesWhatCentralRefuses() {
    assertThat(refusals)
        .allMatch(line -> line.startsWith("release/sign-maven-repository: Central will refuse"))
        .anyMatch(line -> line.contains("it is a snapshot; build a version that isn't one"))
        .anyMatch(
            line -> line.contains("crjvm-api-" + VERSION + ".pom\" has no address of the project"))
        .hasSize(9);
  }

  @Test
  void wrongUseOfTheSignerIsOneLine() throws Exception {
    Path script = ROOT.resolve("release/sign-maven-repository");
    assertFails(125, "--repository is missing; see --help", root().add(script));
    assertFails(125, "\"--bogus\" is not an option", root().add(script, "--bogus"));
    Path output = BENCH.newFolder("none").resolve("signed.tar.gz");
    assertFails(1, "there is no \"x.tar.gz\"; check", sign(Path.of("x.tar.gz"), output));
    RunningProcess unknown =
        sign(unsigned, output).with("GNUPGHOME", reader.toString()).run("unknown");
    assertThat(unknown.awaitExit()).as(unknown::describe).isEqualTo(1);
    assertThat(unknown.stderr()).contains("gpg does not sign with \"" + KEY + "\"");
    assertThat(output).doesNotExist();
  }

  private static void assertFails(int status, String text, Command command) throws Exception {
    RunningProcess process = command.run("failure");
    assertThat(process.awaitExit()).as(process::describe).isEqualTo(status);
    assertThat(process.stderr()).hasLineCount(1).contains(text);
  }

  /**
   * A project that knows crjvm from this repository alone, and refuses what has another checksum.
   */
  @Test
  void aSpringBootProjectCompilesWithItAndHasThePluginsGoals() throws Exception {
    MavenOfUser maven = new MavenOfUser(BENCH);
    Path project = BENCH.newFolder("project");
    Path consumer = MavenOfUser.TESTS.resolve("consumers/spring-boot");
    Workbench.copy(consumer.resolve("src"), project.resolve("src"));
    Files.writeString(
        project.resolve("pom.xml"),
        Files.readString(consumer.resolve("pom.xml"))
            .replace("@project.version@", VERSION)
            .replace("  <dependencies>\n    <dependency>\n", dependencyOnStarter())
            .replaceFirst(
                "  <build>\n",
                repositories("repositories", "repository")
                    + repositories("pluginRepositories", "pluginRepository")
                    + "  <build>\n"));
    Path source = project.resolve("src/main/java/consumer/Listener.java");
    Files.createDirectories(source.getParent());
    Files.writeString(
        source,
        """
        package consumer;

        import crjvm.Crjvm;
        import crjvm.spring.StartMetrics;

        public class Listener {
          public Class<?>[] known() {
            return new Class<?>[] {Crjvm.class, StartMetrics.class};
          }
        }
        """);
    RunningProcess built = succeed(maven.run(project, List.of("-B", "compile", "crjvm:help")));
    assertThat(built.stdout())
        .contains("BUILD SUCCESS", "crjvm:checkpoint", "crjvm:verify", "crjvm:run");
    assertThat(project.resolve("target/classes/consumer/Listener.class")).exists();
    assertThat(maven.downloaded("crjvm-maven-plugin", VERSION, ".jar")).exists();
    assertThat(maven.downloaded("crjvm-spring-boot", VERSION, ".jar"))
        .hasSameBinaryContentAs(
            repository.resolve(place("io/crjvm", "crjvm-spring-boot") + ".jar"));
    assertThat(maven.downloaded("crjvm-api", VERSION, ".jar")).exists();
  }

  private static String dependencyOnStarter() {
    return """
      <dependencies>
        <dependency>
          <groupId>io.crjvm</groupId>
          <artifactId>crjvm-spring-boot</artifactId>
          <version>%s</version>
        </dependency>
        <dependency>
    """
        .formatted(VERSION);
  }

  private static String repositories(String list, String element) {
    return """
      <%1$s>
        <%2$s>
          <id>crjvm</id>
          <url>%3$s</url>
          <releases><checksumPolicy>fail</checksumPolicy></releases>
          <snapshots><checksumPolicy>fail</checksumPolicy></snapshots>
        </%2$s>
      </%1$s>
    """
        .formatted(list, element, repository.toUri());
  }

  /** Returns the path of an artifact, without the ending. */
  private static String place(String group, String artifact) {
    return group + "/" + artifact + "/" + VERSION + "/" + artifact + "-" + VERSION;
  }
}
