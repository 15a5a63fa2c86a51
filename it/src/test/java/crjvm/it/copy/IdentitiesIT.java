package crjvm.it.copy;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Command;
import crjvm.it.bench.Http;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import crjvm.it.framework.PostgreSql;
import crjvm.it.matrix.BesideOthers;
import crjvm.it.matrix.IdentityLibrary;
import crjvm.it.matrix.IdentityTable;
import crjvm.it.matrix.OnEachJdk;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Two copies of one image of an application whose libraries make values that no other process may
 * have: random numbers and ids. Without crjvm's work, both copies would make the same values.
 */
@BesideOthers
@Tag("variant")
class IdentitiesIT {
  private static final int VALUES = 200;

  /** The sources whose values come from the kernel, or do not depend on new seeds. */
  private static final Set<String> NEVER_THE_SAME =
      Set.of(
          "jdk",
          "jdk-uuid",
          "ulid",
          "uuid-creator-epoch",
          "conscrypt",
          "boringssl-key",
          "log4j-pid",
          "log4j-syslog");

  @RegisterExtension static final Workbench BENCH = new Workbench();

  @RegisterExtension
  static final IdentityTable TABLE =
      new IdentityTable(
          Set.of(
              IdentityLibrary.BOUNCY_CASTLE,
              IdentityLibrary.BOUNCY_CASTLE_FIPS,
              IdentityLibrary.CONSCRYPT,
              IdentityLibrary.CONSUL,
              IdentityLibrary.CORRETTO,
              IdentityLibrary.EUREKA,
              IdentityLibrary.HUTOOL,
              IdentityLibrary.JAVA_UUID_GENERATOR,
              IdentityLibrary.LOG4J_DATES,
              IdentityLibrary.LOG4J_PROCESS,
              IdentityLibrary.LOG4J_TEMPLATES,
              IdentityLibrary.LOGBACK,
              IdentityLibrary.MICROMETER,
              IdentityLibrary.MONGODB,
              IdentityLibrary.OPENSSL,
              IdentityLibrary.PKCS11,
              IdentityLibrary.SHED_LOCK,
              IdentityLibrary.SPRING_BOOT,
              IdentityLibrary.TSID,
              IdentityLibrary.ULID,
              IdentityLibrary.UUID_CREATOR));

  private static TestJvm jvm(Jdk jdk, String... properties) throws Exception {
    return jvm(jdk, "identities", properties);
  }

  private static TestJvm jvm(Jdk jdk, String module, String[] properties) throws Exception {
    return new TestJvm(BENCH, jdk)
        .main("-jar", BENCH.copyOfFramework(module, "application.jar").toString())
        .vm(properties);
  }

  private static Checkpoint image(TestJvm jvm, List<String> sources, String options)
      throws Exception {
    StringBuilder warmUp = new StringBuilder();
    for (String source : sources) {
      warmUp.append(warmUp.isEmpty() ? "" : ";").append(jvm.url() + source + "?20*20");
    }
    return jvm.checkpoint("at=http:" + jvm.url() + ",warmup=" + warmUp + options);
  }

  private static List<String> sources(TestJvm jvm) throws Exception {
    RunningProcess process = jvm.plainCommand().start("names");
    Http.awaitAnswer(process, jvm.port(), "/");
    List<String> names = Http.ask(jvm.port(), "/").lines().toList();
    process.terminate();
    return names;
  }

  /** Returns a command that runs in namespaces, where every process id is free. */
  private static Command inNamespaces(Command command) {
    return new Command(BENCH, command.folder())
        .add("unshare", "--user", "--map-root-user", "--pid", "--fork", "--kill-child")
        .add("--mount-proc")
        .add(command.words());
  }

  /** Returns the values of each source in a copy. */
  private static Map<String, Set<String>> values(
      Checkpoint image, List<String> sources, String... options) throws Exception {
    Command command = image.command("--no-fallback").add((Object[]) options);
    RunningProcess copy =
        image.await((options.length == 0 ? command : inNamespaces(command)).start("copy"));
    Map<String, Set<String>> values = new TreeMap<>();
    for (String source : sources) {
      values.put(source, new HashSet<>(ask(image, source)));
      assertThat(values.get(source)).as(source).isNotEmpty();
    }
    // In a namespace, the copy is unshare's child. unshare ends when no process is left in the
    // namespace.
    Optional<ProcessHandle> first = copy.process().children().findFirst();
    first.orElse(copy.process().toHandle()).destroyForcibly();
    copy.awaitExit();
    return values;
  }

  private static List<String> ask(Checkpoint image, String source) throws Exception {
    return Http.ask(image.port(), "/" + source + "?" + VALUES).lines().toList();
  }

  /**
   * Returns the sources that make a value in the second copy that they have made in the first one.
   */
  private static Set<String> repeating(Checkpoint image, List<String> sources, String... options)
      throws Exception {
    Map<String, Set<String>> one = values(image, sources, options);
    Map<String, Set<String>> other = values(image, sources, options);
    Set<String> repeating = new TreeSet<>();
    for (String source : sources) {
      Set<String> common = new HashSet<>(one.get(source));
      common.retainAll(other.get(source));
      if (!common.isEmpty()) {
        repeating.add(source);
      }
    }
    return repeating;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("crjvm.it.bench.Jdk#releases")
  void copiesHaveNothingInCommon(Jdk jdk) throws Exception {
    TestJvm jvm = jvm(jdk.require());
    List<String> sources = sources(jvm);
    assertThat(sources).hasSizeGreaterThan(12);
    Checkpoint image = image(jvm, sources, ",identity=fail");
    assertThat(repeating(image, sources)).isEmpty();
    TABLE.add(
        IdentityLibrary.BOUNCY_CASTLE,
        IdentityLibrary.CONSCRYPT,
        IdentityLibrary.JAVA_UUID_GENERATOR,
        IdentityLibrary.LOG4J_PROCESS,
        IdentityLibrary.MONGODB,
        IdentityLibrary.ULID,
        IdentityLibrary.UUID_CREATOR);
  }

  @Test
  void withoutNewSeedsTheyRepeatEachOther() throws Exception {
    Jdk jdk = Jdk.any();
    TestJvm jvm = jvm(jdk);
    List<String> sources = sources(jvm);
    Checkpoint image = image(jvm, sources, ",reseed=off");
    Set<String> expected = new TreeSet<>(sources);
    expected.removeAll(NEVER_THE_SAME);
    assertThat(repeating(image, sources)).isEqualTo(expected);
  }

  /** Uses BouncyCastle as the first provider, which the JDK then asks for all random numbers. */
  @Test
  void providerOfOthersThatComesFirst() throws Exception {
    TestJvm jvm = jvm(Jdk.any(), "-Dcastle.first=true");
    List<String> sources = sources(jvm);
    Checkpoint image = image(jvm, sources, ",identity=fail");
    assertThat(repeating(image, sources)).isEmpty();
  }

  /**
   * Uses the FIPS release as the first provider. Without new seeds, its nonces repeat each other
   * now and then.
   */
  @Test
  void releaseOfBouncyCastleForFips() throws Exception {
    Jdk jdk = Jdk.newest();
    List<String> sources = List.of("fips", "fips-nonce", "fips-uuid");
    Checkpoint image = image(jvm(jdk, "identities-fips", new String[0]), sources, ",identity=fail");
    assertThat(repeating(image, sources)).isEmpty();
    TABLE.add(IdentityLibrary.BOUNCY_CASTLE_FIPS);
  }

  /**
   * Uses OpenSSL, which asks for a new seed when its process has another id. In containers, the id
   * may be the same.
   */
  @Test
  void nativeGeneratorsOfProcessesOfTheSameId() throws Exception {
    List<String> openssl = List.of("openssl");
    Checkpoint without = image(jvm(Jdk.any(), "-Dopenssl=true"), openssl, ",reseed=off");
    assertThat(repeating(without, openssl, "--pid=same")).containsExactly("openssl");
    Checkpoint image = image(jvm(Jdk.any(), "-Dopenssl=true"), openssl, "");
    assertThat(repeating(image, openssl, "--pid=same")).isEmpty();
    TABLE.add(IdentityLibrary.OPENSSL);
  }

  /** Uses AWS-LC, which has memory that is empty in a copy, as in a child process. */
  @Test
  void providerOfAws() throws Exception {
    List<String> corretto = List.of("corretto", "corretto-key");
    Checkpoint image = image(jvm(Jdk.any(), "-Dcorretto=true"), corretto, ",identity=fail");
    assertThat(repeating(image, corretto, "--pid=same")).isEmpty();
    TABLE.add(IdentityLibrary.CORRETTO);
  }

  private static TestJvm withToken(Jdk jdk) throws Exception {
    SoftToken token = SoftToken.make(BENCH);
    return jvm(jdk, "-Dpkcs11=" + token.configuration()).under(token.environment());
  }

  /**
   * Uses a token in software, whose numbers come from OpenSSL. The provider reads some of them
   * ahead.
   */
  @OnEachJdk
  void tokensByPkcs11(Jdk jdk) throws Exception {
    List<String> pkcs11 = List.of("pkcs11");
    Checkpoint without = image(withToken(jdk), pkcs11, ",reseed=off");
    assertThat(repeating(without, pkcs11, "--pid=same")).isEqualTo(Set.copyOf(pkcs11));
    Checkpoint image = image(withToken(jdk), pkcs11, ",identity=fail");
    assertThat(repeating(image, pkcs11, "--pid=same")).isEmpty();
    TABLE.add(IdentityLibrary.PKCS11);
  }

  /**
   * Searches the application's fields for values that look like an identity. This happens on
   * request only.
   */
  @Test
  void fieldsThatLookLikeAnIdentityAreInTheImage() throws Exception {
    TestJvm jvm = jvm(Jdk.any(), "-Dinstance=true");
    Checkpoint image = image(jvm, List.of("instance"), ",identity=list");
    assertThat(image.process().stderr())
        .contains(
            "copies will have in common: the UUID in crjvm.frameworks.identities.Instance.ID; ");
    assertThat(image.inspected("--identity"))
        .contains(
            "copies have in common: the UUID in crjvm.frameworks.identities.Instance.ID\n",
            "this machine's name in crjvm.frameworks.identities.Instance.NAME\n",
            "copies have in common: this process's id in"
                + " crjvm.frameworks.identities.Instance.PROCESS\n",
            "the UUID in crjvm.frameworks.identities.Instance$Member.id\n");
  }

  @Test
  void whatCannotBeRenewedIsNamedOrRefused() throws Exception {
    TestJvm jvm = jvm(Jdk.any(), "-Dtsid=true");
    Checkpoint image = image(jvm, List.of("tsid", "snowflake"), "");
    String node = "the node [0-9]+ of a com.github.f4b6a3.tsid.TsidFactory";
    String worker = "the worker [0-9]+ of [0-9]+ of a cn.hutool.core.lang.Snowflake";
    assertThat(image.process().stderr())
        .containsPattern("crjvm: copies will have in common: .*" + node)
        .containsPattern("crjvm: copies will have in common: .*" + worker)
        .containsPattern("common: .*; create it again in afterRestore\n");
    assertThat(image.inspected("--identity"))
        .containsPattern("(?m)^copies have in common: " + node + "$")
        .containsPattern("(?m)^copies have in common: " + worker + "$");
    TestJvm other = jvm(Jdk.any(), "-Dtsid=true");
    RunningProcess refused =
        other
            .command("at=http:" + other.url() + ",warmup=" + other.url() + "tsid?1,identity=fail")
            .start("refused");
    refused.awaitError("checkpoint failed: copies would have in common: the ");
    assertThat(refused.isAlive()).isTrue();
    refused.terminate();
    TABLE.add(IdentityLibrary.HUTOOL, IdentityLibrary.TSID);
  }

  /**
   * Returns the last line of a copy's log, which it writes when it ends, as configured before the
   * checkpoint.
   */
  private static String lastLine(TestJvm jvm, String zone) throws Exception {
    Checkpoint image = jvm.checkpoint("at=http:" + jvm.url() + "visits");
    RunningProcess copy = image.command("--no-fallback").with("TZ", zone).start("copy");
    Http.awaitAnswer(copy, jvm.port(), "/visits");
    copy.terminate();
    String line = copy.stdout().lines().reduce((one, other) -> other).orElseThrow();
    return line.replace("\"pid\":" + copy.pid() + ",", "\"pid\":OWN,");
  }

  private static TestJvm spring(Jdk jdk, PostgreSql database, String... arguments)
      throws Exception {
    TestJvm jvm = new TestJvm(BENCH, jdk);
    return jvm.jar(BENCH.copyOfFramework("spring-boot-4", "application.jar"))
        .vm("-Xmx256m", "-Dspring.datasource.url=" + database.url())
        .arguments("--server.port=" + jvm.port())
        .arguments(arguments);
  }

  @Test
  void springBootsLogsHaveTheOwnProcessIdAndTimeZone() throws Exception {
    Jdk jdk = Jdk.newest();
    try (PostgreSql database = PostgreSql.start(BENCH)) {
      String option = "--logging.structured.format.console=ecs";
      assertThat(lastLine(spring(jdk, database, option), "UTC"))
          .contains("\"process\":{\"pid\":OWN,");
      String machines = ZoneId.systemDefault().getId();
      String zones = "--logging.pattern.console=%d{HH:mmxxx," + machines + "} %d{HH:mmxxx} %m%n";
      assertThat(lastLine(spring(jdk, database, zones), "Asia/Tokyo"))
          .as("one zone is chosen, though it is this machine's")
          .doesNotContainPattern("^\\d\\d:\\d\\d\\+09:00 ")
          .containsPattern("^\\d\\d:\\d\\d[-+]\\d\\d:\\d\\d \\d\\d:\\d\\d\\+09:00 ");
    }
    TABLE.add(IdentityLibrary.LOGBACK);
  }

  private static final List<String> ZONES =
      List.of("log4j-zone", "log4j-utc", "log4j-template", "log4j-template-utc");

  /**
   * Returns the answers of copies in Japan about an image from a machine with another time zone.
   */
  private static Map<String, String> zones(Jdk jdk, String machines, String options)
      throws Exception {
    TestJvm jvm = jvm(jdk, "-Dzones=true");
    String warmUp =
        ZONES.stream().map(zone -> jvm.url() + zone + "?1*3").collect(Collectors.joining(";"));
    Command command =
        jvm.command(
            ("at=http:" + jvm.url() + ",warmup=" + warmUp + ",quiet=off,image=")
                + (jvm.image() + options));
    Checkpoint image = jvm.checkpoint(command.with("TZ", machines).start("checkpoint"));
    RunningProcess copy =
        image.await(image.command("--no-fallback").with("TZ", "Asia/Tokyo").start("copy"));
    Map<String, String> zones = new TreeMap<>();
    for (String source : ZONES) {
      // The answer is compared without its colours.
      zones.put(source, image.ask("/" + source + "?1").replaceAll("\\e\\[[0-9;]*m", "").strip());
    }
    assertThat(copy.terminate()).as(copy::describe).isEqualTo(143);
    return zones;
  }

  @OnEachJdk
  void log4jsDatesAreInTheTimeZoneOfTheStart(Jdk jdk) throws Exception {
    assertThat(zones(jdk, "UTC", ""))
        .containsEntry("log4j-zone", "+09:00 +09:00 +05:30")
        .containsEntry("log4j-utc", "Z +05:30")
        .as("what a template has chosen can't be told")
        .containsEntry("log4j-template", "{\"at\":\"Z\"}");
    assertThat(zones(jdk, "Europe/Rome", ""))
        .containsEntry("log4j-zone", "+09:00 +09:00 +05:30")
        .containsEntry("log4j-utc", "Z +05:30")
        .containsEntry("log4j-template", "{\"at\":\"+09:00\"}")
        .containsEntry("log4j-template-utc", "{\"at\":\"Z\"}");
    TABLE.add(IdentityLibrary.LOG4J_DATES, IdentityLibrary.LOG4J_TEMPLATES);
  }

  @Test
  void withoutItLog4jsDatesAreInTheTimeZoneOfTheCheckpoint() throws Exception {
    assertThat(zones(Jdk.newest(), "Europe/Rome", ",reseed=off").get("log4j-zone"))
        .matches("[+]0[12]:00 [+]0[12]:00 [+]05:30");
  }

  @Test
  void whatNamesTheInstanceToOthersIsNamed() throws Exception {
    TestJvm jvm = jvm(Jdk.any(), "identities-spring", new String[] {"-Dregistered=true"});
    Checkpoint image = image(jvm, List.of("log"), "");
    assertThat(image.process().stderr())
        .containsPattern(
            "crjvm: copies will have in common: .*the instance \"clinic-8080\" at Consul")
        .containsPattern("in common: .*the instance \"host:clinic:8080\" at Eureka")
        .containsPattern("in common: .*the tag instance=\"clinic-[0-9]+\" of all meters")
        .doesNotContain("the tag region");
    TABLE.add(IdentityLibrary.CONSUL, IdentityLibrary.EUREKA, IdentityLibrary.MICROMETER);
  }

  /** Returns the owner of a lock in ShedLock on a machine with another name. */
  private static String hostOfLocks(Jdk jdk, String options) throws Exception {
    Checkpoint image = image(jvm(jdk, "-Dshedlock=true"), List.of("shedlock"), options);
    Command command =
        new Command(BENCH, image.jvm().folder())
            .add("unshare", "--user", "--map-root-user", "--uts")
            .add("sh", "-c", "hostname elsewhere && exec \"$@\"", "sh")
            .add(image.command("--no-fallback").words());
    RunningProcess copy = image.await(command.start("copy"));
    String host = image.ask("/shedlock?1").strip();
    assertThat(copy.terminate()).as(copy::describe).isEqualTo(143);
    return host;
  }

  @OnEachJdk
  void shedLocksHostIsTheCopys(Jdk jdk) throws Exception {
    assertThat(hostOfLocks(jdk, "")).isEqualTo("elsewhere");
    TABLE.add(IdentityLibrary.SHED_LOCK);
  }

  @Test
  void withoutItShedLocksHostIsTheCheckpoints() throws Exception {
    assertThat(hostOfLocks(Jdk.any(), ",reseed=off")).isNotEqualTo("elsewhere");
  }

  /** Returns whether a copy's structured logs have its own process id. */
  private static boolean isOwnInLogs(Jdk jdk, String format, String options) throws Exception {
    TestJvm jvm = jvm(jdk, "identities-spring", new String[0]);
    jvm.arguments("--logging.structured.format.console=" + format);
    Checkpoint image = image(jvm, List.of("log"), options);
    RunningProcess copy = image.restore();
    assertThat(image.ask("/log?1")).isEqualTo("logged\n");
    copy.awaitOutput("\"asked\"");
    assertThat(copy.terminate()).as(copy::describe).isEqualTo(143);
    return copy.stdout().replace('}', ',').contains("pid\":" + copy.pid() + ",");
  }

  @OnEachJdk
  void springBootsStructuredLogsByLog4jHaveTheOwnProcessId(Jdk jdk) throws Exception {
    assertThat(isOwnInLogs(jdk, "ecs", ",identity=fail")).isTrue();
    assertThat(isOwnInLogs(jdk, "gelf", ",identity=fail")).isTrue();
    TABLE.add(IdentityLibrary.SPRING_BOOT);
  }

  @Test
  void withoutItSpringBootsStructuredLogsHaveTheProcessIdOfTheCheckpoint() throws Exception {
    assertThat(isOwnInLogs(Jdk.any(), "ecs", ",reseed=off")).isFalse();
  }

  /**
   * Shows that an agent which came later can't tell where older objects were made, and so names all
   * of them.
   */
  @Test
  void agentThatCameLaterNamesWhatItDoesNotKnow() throws Exception {
    TestJvm jvm = jvm(Jdk.any(), "-Dinstance=true");
    RunningProcess process = jvm.plainCommand().start("original");
    for (String source : List.of("castle", "mongo", "jug-time", "instance")) {
      Http.awaitAnswer(process, jvm.port(), "/" + source + "?1");
    }
    RunningProcess list =
        new Command(BENCH, jvm.folder())
            .add(BENCH.launcher(), "checkpoint", "--list", process.pid())
            .run("list");
    assertThat(list.awaitExit()).as(list::describe).isZero();
    assertThat(list.stdout())
        .contains(
            "copies will have in common: the UUID in crjvm.frameworks.identities.Instance.ID; ",
            "this machine's name in crjvm.frameworks.identities.Instance.NAME; ",
            "this process's id in crjvm.frameworks.identities.Instance.PROCESS; ",
            "this process's id in crjvm.frameworks.identities.Instance$Member.pid; ",
            "the UUID in crjvm.frameworks.identities.Instance$Member.id; ",
            "the UUID in crjvm.frameworks.identities.Instance$Member.text; ",
            "this machine's name in crjvm.frameworks.identities.Instance$Member.name; ")
        .containsPattern(
            "get no new seeds [(].*[0-9] org.bouncycastle.crypto.prng.SP800SecureRandom")
        .containsPattern("stays as it is [(].*1 com.fasterxml.uuid.impl.TimeBasedGenerator")
        .containsPattern(
            "copies will have in common: the random part of every org.bson.types.ObjectId");
    assertThat(process.terminate()).isEqualTo(143);
  }
}
