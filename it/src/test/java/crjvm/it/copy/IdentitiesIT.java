package crjvm.it.copy;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Command;
import crjvm.it.bench.Http;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import crjvm.it.framework.PostgreSql;
import crjvm.it.matrix.BesideOthers;
import crjvm.it.matrix.IdentityLibrary;
import crjvm.it.matrix.IdentityTable;
import crjvm.it.matrix.OnEachLongTermJdk;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
          "hibernate-uuid-6",
          "hibernate-uuid-7",
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
              IdentityLibrary.ACTIVEMQ,
              IdentityLibrary.ACTIVEMQ_FAILOVER,
              IdentityLibrary.BOUNCY_CASTLE,
              IdentityLibrary.BOUNCY_CASTLE_FIPS,
              IdentityLibrary.CASSANDRA,
              IdentityLibrary.CONSCRYPT,
              IdentityLibrary.CONSUL,
              IdentityLibrary.CONSUL_CHOSEN,
              IdentityLibrary.CORRETTO,
              IdentityLibrary.EUREKA,
              IdentityLibrary.EUREKA_CHOSEN,
              IdentityLibrary.HIBERNATE_RANDOM_UUIDS,
              IdentityLibrary.HIBERNATE_UUIDS,
              IdentityLibrary.HUTOOL,
              IdentityLibrary.HUTOOL_CHOSEN,
              IdentityLibrary.HYPERSISTENCE_TSID,
              IdentityLibrary.HYPERSISTENCE_TSID_FACTORIES,
              IdentityLibrary.JAVA_UUID_GENERATOR,
              IdentityLibrary.LOG4J_DATES,
              IdentityLibrary.LOG4J_PROCESS,
              IdentityLibrary.LOG4J_TEMPLATES,
              IdentityLibrary.LOG4J_UUIDS,
              IdentityLibrary.LOGBACK,
              IdentityLibrary.MICROMETER,
              IdentityLibrary.MICROMETER_PARTS,
              IdentityLibrary.MONGODB,
              IdentityLibrary.MYBATIS_PLUS,
              IdentityLibrary.MYBATIS_PLUS_CHOSEN,
              IdentityLibrary.OPENSSL,
              IdentityLibrary.PKCS11,
              IdentityLibrary.SHED_LOCK,
              IdentityLibrary.SPRING_BOOT,
              IdentityLibrary.SPRING_IDS,
              IdentityLibrary.TSID,
              IdentityLibrary.TSID_FACTORIES,
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

  /**
   * Returns the sources that make a value in one of two copies that they make in the other, too.
   * Both copies run at once.
   */
  private static Set<String> repeating(Checkpoint image, List<String> sources, Object... options)
      throws Exception {
    UnaryOperator<Command> way = command -> options.length == 0 ? command : inNamespaces(command);
    List<Copies.Copy> copies = Copies.each(image, List.of(way, way), options);
    Set<String> repeating = new TreeSet<>();
    for (String source : sources) {
      Set<String> one = new HashSet<>(copies.get(0).ask(source, VALUES));
      List<String> other = copies.get(1).ask(source, VALUES);
      assertThat(one).as(source).isNotEmpty();
      assertThat(other).as(source).isNotEmpty();
      if (!Collections.disjoint(one, other)) {
        repeating.add(source);
      }
    }
    for (Copies.Copy copy : copies) {
      copy.kill();
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
        IdentityLibrary.ACTIVEMQ,
        IdentityLibrary.BOUNCY_CASTLE,
        IdentityLibrary.CASSANDRA,
        IdentityLibrary.CONSCRYPT,
        IdentityLibrary.HIBERNATE_RANDOM_UUIDS,
        IdentityLibrary.HIBERNATE_UUIDS,
        IdentityLibrary.JAVA_UUID_GENERATOR,
        IdentityLibrary.LOG4J_PROCESS,
        IdentityLibrary.LOG4J_UUIDS,
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
  @OnEachLongTermJdk
  void providerOfOthersThatComesFirst(Jdk jdk) throws Exception {
    TestJvm jvm = jvm(jdk, "-Dcastle.first=true");
    List<String> sources = sources(jvm);
    Checkpoint image = image(jvm, sources, ",identity=fail");
    assertThat(repeating(image, sources)).isEmpty();
  }

  /**
   * Uses the FIPS release as the first provider. Without new seeds, its nonces repeat each other
   * now and then. The library unpacks native code into a folder that it makes itself, and deletes
   * it in the end, while other copies go on.
   */
  @OnEachLongTermJdk
  void releaseOfBouncyCastleForFips(Jdk jdk) throws Exception {
    List<String> sources = List.of("fips", "fips-nonce", "fips-uuid");
    TestJvm jvm = jvm(jdk, "identities-fips", new String[0]);
    Path temporary = User.ORDINARY.own(Files.createDirectory(jvm.folder().resolve("tmp")));
    Checkpoint image = image(jvm.vm("-Djava.io.tmpdir=" + temporary), sources, ",identity=fail");
    assertThat(repeating(image, sources)).isEmpty();
    List<Copies.Copy> copies = Copies.two(image);
    copies.get(0).terminate();
    assertThat(copies.get(1).ask("fips", VALUES)).hasSize(VALUES);
    copies.get(1).terminate();
    Copies.terminate(Copies.two(image));
    TABLE.add(IdentityLibrary.BOUNCY_CASTLE_FIPS);
  }

  /**
   * Uses OpenSSL, which asks for a new seed when its process has another id. In containers, the id
   * may be the same.
   */
  @OnEachLongTermJdk
  void nativeGeneratorsOfProcessesOfTheSameId(Jdk jdk) throws Exception {
    List<String> openssl = List.of("openssl");
    Checkpoint without = image(jvm(jdk, "-Dopenssl=true"), openssl, ",reseed=off");
    assertThat(repeating(without, openssl, "--pid=same")).containsExactly("openssl");
    Checkpoint image = image(jvm(jdk, "-Dopenssl=true"), openssl, "");
    assertThat(repeating(image, openssl, "--pid=same")).isEmpty();
    TABLE.add(IdentityLibrary.OPENSSL);
  }

  /** Uses a generator for which a new seed makes no difference yet. */
  @OnEachLongTermJdk
  void generatorThatUsesSeedsLateIsNamedOrRefused(Jdk jdk) throws Exception {
    List<String> chain = List.of("chain");
    String generator = "crjvm.frameworks.identities.ChainRandom (1)";
    Checkpoint image = image(jvm(jdk, "-Dchain=true"), chain, "");
    assertThat(image.process().stderr())
        .contains(
            "crjvm: copies may repeat each other's random numbers of "
                + generator
                + ", which crjvm does not know; use another SecureRandom, or seed it in"
                + " afterRestore\n");
    assertThat(image.inspected("--identity"))
        .isEqualTo("copies have in common: the next random numbers of " + generator + "\n");
    assertThat(repeating(image, chain)).containsExactly("chain");
    TestJvm other = jvm(jdk, "-Dchain=true");
    RunningProcess refused =
        other.command("at=http:" + other.url() + ",identity=fail").start("refused");
    refused.awaitError(
        "checkpoint failed: copies may repeat each other's random numbers of "
            + generator
            + "; use another SecureRandom, or seed it in afterRestore and give identity=ignore");
    assertThat(Http.ask(other.port(), "/chain?1")).isNotEmpty();
    assertThat(refused.terminate()).isEqualTo(143);
    assertThat(other.image()).doesNotExist();
  }

  /** Uses AWS-LC, which has memory that is empty in a copy, as in a child process. */
  @OnEachLongTermJdk
  void providerOfAws(Jdk jdk) throws Exception {
    List<String> corretto = List.of("corretto", "corretto-key");
    Checkpoint image = image(jvm(jdk, "-Dcorretto=true"), corretto, ",identity=fail");
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
  @OnEachLongTermJdk
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
  @OnEachLongTermJdk
  void fieldsThatLookLikeAnIdentityAreInTheImage(Jdk jdk) throws Exception {
    TestJvm jvm = jvm(jdk, "-Dinstance=true");
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

  private static final List<String> WORKERS =
      List.of("worker-hutool", "worker-hypersistence", "worker-mybatis", "worker-tsid");

  /** The source whose object a copy makes. */
  private static final String LATE_WORKER = "worker-hutool-late";

  /**
   * Returns the sources of workers that are the same in all of five copies. Two copies have the
   * same random one now and then, because there are only 1024.
   */
  private static List<String> commonWorkers(Jdk jdk, String options) throws Exception {
    Checkpoint image = image(jvm(jdk, "-Dworkers=true"), WORKERS, options);
    List<Copies.Copy> copies = Copies.each(image, Collections.nCopies(5, UnaryOperator.identity()));
    List<String> common = new ArrayList<>();
    for (String source : withLateOne(WORKERS)) {
      if (Set.copyOf(Copies.ask(copies, source)).size() == 1) {
        common.add(source);
      }
    }
    Copies.terminate(copies);
    return common;
  }

  private static List<String> withLateOne(List<String> workers) {
    return Stream.concat(workers.stream(), Stream.of(LATE_WORKER)).toList();
  }

  @OnEachLongTermJdk
  void workersThatLibrariesHaveChosenAreTheCopys(Jdk jdk) throws Exception {
    assertThat(commonWorkers(jdk, ",identity=fail")).isEmpty();
    TABLE.add(
        IdentityLibrary.HUTOOL,
        IdentityLibrary.HYPERSISTENCE_TSID,
        IdentityLibrary.MYBATIS_PLUS,
        IdentityLibrary.TSID);
  }

  @Test
  void withoutItWorkersAreTheCheckpoints() throws Exception {
    assertThat(commonWorkers(Jdk.any(), ",reseed=off")).isEqualTo(withLateOne(WORKERS));
  }

  @OnEachLongTermJdk
  void whatCannotBeRenewedIsNamedOrRefused(Jdk jdk) throws Exception {
    List<String> chosen =
        List.of("chosen-hutool", "chosen-hypersistence", "chosen-mybatis", "chosen-tsid");
    TestJvm jvm = jvm(jdk, "-Dchosen=true");
    Checkpoint image = image(jvm, chosen, "");
    List<Copies.Copy> copies = Copies.two(image);
    for (String source : chosen) {
      assertThat(Set.copyOf(Copies.ask(copies, source))).as(source).hasSize(1);
    }
    Copies.terminate(copies);
    List<String> named =
        List.of(
            "the node 5 of a com.github.f4b6a3.tsid.TsidFactory",
            "the node 6 of a io.hypersistence.tsid.TSID[$]Factory",
            "the worker 3 of [0-9]+ of a cn.hutool.core.lang.Snowflake",
            "the worker 3 of 7 of a com.baomidou.mybatisplus.core.toolkit.Sequence");
    for (String each : named) {
      assertThat(image.process().stderr())
          .containsPattern("crjvm: copies will have in common: .*" + each);
      assertThat(image.inspected("--identity"))
          .containsPattern("(?m)^copies have in common: " + each + "$");
    }
    assertThat(image.process().stderr())
        .containsPattern("common: .*; create it again in afterRestore\n");
    TestJvm other = jvm(jdk, "-Dchosen=true");
    RunningProcess refused =
        other
            .command(
                "at=http:" + other.url() + ",warmup=" + other.url() + "chosen-tsid?1,identity=fail")
            .start("refused");
    refused.awaitError("checkpoint failed: copies would have in common: the ");
    assertThat(refused.isAlive()).isTrue();
    refused.terminate();
    TABLE.add(
        IdentityLibrary.HUTOOL_CHOSEN,
        IdentityLibrary.HYPERSISTENCE_TSID_FACTORIES,
        IdentityLibrary.MYBATIS_PLUS_CHOSEN,
        IdentityLibrary.TSID_FACTORIES);
  }

  /** Uses a connection that keeps its id when it connects again. */
  @OnEachLongTermJdk
  void connectionsOfActiveMqByFailoverAreRefused(Jdk jdk) throws Exception {
    TestJvm jvm = jvm(jdk, "-Dfailover=true");
    RunningProcess refused =
        jvm.command("at=http:" + jvm.url() + ",warmup=" + jvm.url() + "failover?1")
            .start("refused");
    refused.awaitError("checkpoint failed: copies would do harm with ActiveMQ's connection ID:");
    assertThat(refused.isAlive()).isTrue();
    refused.terminate();
    TABLE.add(IdentityLibrary.ACTIVEMQ_FAILOVER);
  }

  /** Returns a way of starting a copy for each time zone. */
  private static List<UnaryOperator<Command>> inZones(List<String> zones) {
    return zones.stream()
        .map(zone -> (UnaryOperator<Command>) command -> command.with("TZ", zone))
        .toList();
  }

  /**
   * Returns the last line of each copy's log, which it writes when it ends, as configured before
   * the checkpoint. Two copies run at once in these zones.
   */
  private static List<String> lastLines(TestJvm jvm, String... zones) throws Exception {
    Checkpoint image = jvm.checkpoint("at=http:" + jvm.url() + "visits");
    List<Copies.Copy> copies = Copies.each(image, inZones(List.of(zones)));
    List<String> lines = new ArrayList<>();
    for (Copies.Copy copy : copies) {
      Http.awaitAnswer(copy.process(), copy.port(), "/visits");
    }
    for (Copies.Copy copy : copies) {
      copy.process().terminate();
      String line = copy.process().stdout().lines().reduce((one, other) -> other).orElseThrow();
      lines.add(line.replace("\"pid\":" + copy.process().pid() + ",", "\"pid\":OWN,"));
    }
    return lines;
  }

  private static TestJvm spring(Jdk jdk, PostgreSql database, String... arguments)
      throws Exception {
    TestJvm jvm = new TestJvm(BENCH, jdk);
    return jvm.jar(BENCH.copyOfFramework("spring-boot-4", "application.jar"))
        .vm("-Xmx256m", "-Dspring.datasource.url=" + database.url())
        .arguments("--server.port=" + jvm.port())
        .arguments(arguments);
  }

  @OnEachLongTermJdk
  void springBootsLogsHaveTheOwnProcessIdAndTimeZone(Jdk jdk) throws Exception {
    try (PostgreSql database = PostgreSql.start(BENCH)) {
      String option = "--logging.structured.format.console=ecs";
      assertThat(lastLines(spring(jdk, database, option), "UTC", "UTC"))
          .hasSize(2)
          .allMatch(line -> line.contains("\"process\":{\"pid\":OWN,"));
      String machines = ZoneId.systemDefault().getId();
      String zones = "--logging.pattern.console=%d{HH:mmxxx," + machines + "} %d{HH:mmxxx} %m%n";
      List<String> lines = lastLines(spring(jdk, database, zones), "Asia/Tokyo", "Asia/Dubai");
      String pattern = "^\\d\\d:\\d\\d(?!\\+0[49])[-+]\\d\\d:\\d\\d \\d\\d:\\d\\d\\+";
      assertThat(lines.get(0))
          .as("one zone is chosen, though it is this machine's")
          .containsPattern(pattern + "09:00 ");
      assertThat(lines.get(1)).containsPattern(pattern + "04:00 ");
    }
    TABLE.add(IdentityLibrary.LOGBACK);
  }

  private static final List<String> ZONES =
      List.of("log4j-zone", "log4j-utc", "log4j-template", "log4j-template-utc");

  /**
   * Returns the answers of two copies at once about an image from a machine with another time zone.
   * One copy is in Japan, the other one in Dubai. The offset of each copy's zone is OWN.
   */
  private static Map<String, Set<String>> zones(Jdk jdk, String machines, String options)
      throws Exception {
    TestJvm jvm = jvm(jdk, "-Dzones=true");
    String warmUp =
        ZONES.stream().map(zone -> jvm.url() + zone + "?1*3").collect(Collectors.joining(";"));
    Command command =
        jvm.command(
            ("at=http:" + jvm.url() + ",warmup=" + warmUp + ",quiet=off,image=")
                + (jvm.image() + options));
    Checkpoint image = jvm.checkpoint(command.with("TZ", machines).start("checkpoint"));
    List<Copies.Copy> copies = Copies.each(image, inZones(List.of("Asia/Tokyo", "Asia/Dubai")));
    Map<String, Set<String>> zones = new TreeMap<>();
    for (String source : ZONES) {
      List<String> answers = Copies.ask(copies, source);
      // The answers are compared without their colours.
      answers.replaceAll(answer -> answer.replaceAll("\\e\\[[0-9;]*m", ""));
      answers.set(0, answers.get(0).replace("+09:00", "OWN"));
      answers.set(1, answers.get(1).replace("+04:00", "OWN"));
      zones.put(source, Set.copyOf(answers));
    }
    Copies.terminate(copies);
    return zones;
  }

  @OnEachLongTermJdk
  void log4jsDatesAreInTheTimeZoneOfTheStart(Jdk jdk) throws Exception {
    assertThat(zones(jdk, "UTC", ""))
        .containsEntry("log4j-zone", Set.of("OWN OWN +05:30"))
        .containsEntry("log4j-utc", Set.of("Z +05:30"))
        .as("what a template has chosen can't be told")
        .containsEntry("log4j-template", Set.of("{\"at\":\"Z\"}"));
    assertThat(zones(jdk, "Europe/Rome", ""))
        .containsEntry("log4j-zone", Set.of("OWN OWN +05:30"))
        .containsEntry("log4j-utc", Set.of("Z +05:30"))
        .containsEntry("log4j-template", Set.of("{\"at\":\"OWN\"}"))
        .containsEntry("log4j-template-utc", Set.of("{\"at\":\"Z\"}"));
    TABLE.add(IdentityLibrary.LOG4J_DATES, IdentityLibrary.LOG4J_TEMPLATES);
  }

  @Test
  void withoutItLog4jsDatesAreInTheTimeZoneOfTheCheckpoint() throws Exception {
    assertThat(zones(Jdk.newest(), "Europe/Rome", ",reseed=off").get("log4j-zone"))
        .hasSize(1)
        .allMatch(line -> line.matches("[+]0[12]:00 [+]0[12]:00 [+]05:30"));
  }

  @OnEachLongTermJdk
  void idsOfSpringsMessagesAreUnique(Jdk jdk) throws Exception {
    List<String> ids = List.of("message");
    TestJvm jvm = jvm(jdk, "identities-spring", new String[0]);
    assertThat(repeating(image(jvm, ids, ",identity=fail"), ids)).isEmpty();
    TABLE.add(IdentityLibrary.SPRING_IDS);
  }

  @Test
  void withoutItIdsOfSpringsMessagesRepeatEachOther() throws Exception {
    List<String> ids = List.of("message");
    TestJvm jvm = jvm(Jdk.any(), "identities-spring", new String[0]);
    assertThat(repeating(image(jvm, ids, ",reseed=off"), ids)).isEqualTo(Set.copyOf(ids));
  }

  @OnEachLongTermJdk
  void whatNamesTheInstanceToOthersIsNamed(Jdk jdk) throws Exception {
    TestJvm jvm = jvm(jdk, "identities-spring", new String[] {"-Dregistered=host:clinic:8080"});
    List<String> sources = List.of("consul", "eureka", "tags");
    Checkpoint image = image(jvm, sources, "");
    List<Copies.Copy> copies = Copies.two(image);
    Map<String, String> common = new TreeMap<>();
    for (String source : sources) {
      Set<String> values = Set.copyOf(Copies.ask(copies, source));
      assertThat(values).as(source).hasSize(1);
      common.put(source, values.iterator().next());
    }
    Copies.terminate(copies);
    assertThat(image.process().stderr())
        .containsPattern(
            "crjvm: copies will have in common: .*the instance \"clinic-8080\" at Consul")
        .containsPattern("in common: .*the instance \"host:clinic:8080\" at Eureka")
        .containsPattern("in common: .*the tag instance=\"clinic-[0-9]+\" of all meters")
        .contains("the tag " + common.get("tags") + " of all meters")
        .containsPattern("in common: .*the common tags of meters in a [a-z.]*Registered.Other")
        .doesNotContain("the tag region");
    assertThat(common)
        .containsEntry("consul", "clinic-8080")
        .containsEntry("eureka", "host:clinic:8080");
    TABLE.add(
        IdentityLibrary.CONSUL_CHOSEN,
        IdentityLibrary.EUREKA_CHOSEN,
        IdentityLibrary.MICROMETER_PARTS);
  }

  private static final List<String> HOSTS = List.of("elsewhere", "nowhere");

  /** Returns what two copies at once on machines of these names register at Eureka. */
  private static List<String> registered(Jdk jdk, String options) throws Exception {
    TestJvm jvm = jvm(jdk, "identities-spring", new String[] {"-Dregistered="});
    Checkpoint image = image(jvm, List.of("eureka", "eureka-url"), options);
    assertThat(image.process().stderr()).doesNotContain("at Eureka");
    List<Copies.Copy> copies = Copies.each(image, onHosts());
    List<String> registered = Copies.ask(copies, "eureka");
    registered.addAll(Copies.ask(copies, "eureka-url"));
    Copies.terminate(copies);
    for (Copies.Copy copy : copies) {
      registered.replaceAll(text -> text.replace(":" + copy.port(), ":OWN"));
    }
    return registered;
  }

  @OnEachLongTermJdk
  void instancesAtEurekaAreTheCopies(Jdk jdk) throws Exception {
    assertThat(registered(jdk, ""))
        .containsExactly(
            "elsewhere:clinic:OWN",
            "nowhere:clinic:OWN",
            "http://elsewhere:OWN/",
            "http://nowhere:OWN/");
    TABLE.add(IdentityLibrary.EUREKA);
  }

  @Test
  void withoutItInstancesAtEurekaAreOne() throws Exception {
    assertThat(Set.copyOf(registered(Jdk.any(), ",reseed=off"))).hasSize(2);
  }

  private static List<UnaryOperator<Command>> onHosts() {
    return HOSTS.stream()
        .map(host -> (UnaryOperator<Command>) command -> onHost(host, command))
        .toList();
  }

  @OnEachLongTermJdk
  void instancesAtConsulAreTheCopies(Jdk jdk) throws Exception {
    TestJvm jvm = jvm(jdk, "identities-spring", new String[] {"-Dconsul=true"});
    Checkpoint image =
        image(jvm, List.of("consul-random", "consul-host", "consul-address"), ",identity=fail");
    List<Copies.Copy> copies = Copies.each(image, onHosts());
    Set<String> random = new TreeSet<>();
    for (int i = 0; i < copies.size(); i++) {
      Copies.Copy copy = copies.get(i);
      String place = HOSTS.get(i) + ":" + copy.port();
      assertThat(copy.ask("consul-host")).isEqualTo("clinic-" + place.replace(':', '-'));
      assertThat(copy.ask("consul-address"))
          .isEqualTo(place.replace(':', ' ') + " http://" + place + "/actuator/health");
      String id = copy.ask("consul-random");
      assertThat(id).matches("clinic-[0-9a-f]{32}");
      random.add(id);
      assertThat(copy.ask("consul-heartbeat")).isEqualTo("service:" + id);
    }
    assertThat(random).hasSize(2);
    Copies.terminate(copies);
    TABLE.add(IdentityLibrary.CONSUL);
  }

  @Test
  void withoutItInstancesAtConsulAreOne() throws Exception {
    TestJvm jvm = jvm(Jdk.any(), "identities-spring", new String[] {"-Dconsul=true"});
    List<String> sources = List.of("consul-random", "consul-host", "consul-address");
    List<Copies.Copy> copies = Copies.each(image(jvm, sources, ",reseed=off"), onHosts());
    for (String source : sources) {
      assertThat(Set.copyOf(Copies.ask(copies, source))).as(source).hasSize(1);
    }
    Copies.terminate(copies);
  }

  /**
   * Returns a part of the time series of a scrape without its values, by the pattern of the part.
   * The first word of the answer is the number of requests.
   */
  private static Set<String> parts(String answer, String pattern) {
    Set<String> parts = new TreeSet<>();
    Matcher matcher = Pattern.compile(pattern).matcher(answer);
    while (matcher.find()) {
      parts.add(matcher.group(1));
    }
    return parts;
  }

  @OnEachLongTermJdk
  void commonTagsOfMetersAreTheCopys(Jdk jdk) throws Exception {
    assertTagsAreTheCopys(jvm(jdk, "identities-spring", new String[] {"-Dmeters=true"}));
    TABLE.add(IdentityLibrary.MICROMETER);
  }

  /** Has the libraries of an older Micrometer before those of the application. */
  @Test
  void commonTagsOfOlderMetersAreTheCopys() throws Exception {
    TestJvm jvm = jvm(Jdk.any(), "identities-spring", new String[] {"-Dmeters=true"});
    Path application = BENCH.copyOfFramework("identities-spring", "application.jar");
    Path older = BENCH.copyOfFramework("identities-micrometer", "application.jar");
    String main = "crjvm.frameworks.identities.spring.SpringSource";
    assertTagsAreTheCopys(jvm.main("-cp", older.resolveSibling("lib") + "/*:" + application, main));
  }

  private static void assertTagsAreTheCopys(TestJvm jvm) throws Exception {
    Checkpoint image = image(jvm, List.of("meters", "meters-simple"), ",identity=fail");
    List<Copies.Copy> copies = Copies.each(image, onHosts());
    Set<String> instances = new TreeSet<>();
    for (int i = 0; i < copies.size(); i++) {
      Copies.Copy copy = copies.get(i);
      String pid = Long.toString(copy.process().pid());
      copy.ask("meters");
      String answer = copy.ask("meters");
      assertThat(parts(answer, "[{,]host=\"([^\"]*)\"")).containsExactly(HOSTS.get(i));
      assertThat(parts(answer, "[{,]pid=\"([^\"]*)\"")).containsExactly(pid);
      assertThat(parts(answer, "[{,]process=\"([^\"]*)\""))
          .containsExactly(pid + "@" + HOSTS.get(i));
      assertThat(parts(answer, "[{,]region=\"([^\"]*)\"")).containsExactly("south");
      assertThat(parts(answer, "[{,]instance=\"([^\"]*)\"")).hasSize(1);
      instances.addAll(parts(answer, "[{,]instance=\"([^\"]*)\""));
      assertSeriesGoOn(answer);
      assertThat(copy.ask("meters-simple"))
          .startsWith("1 ")
          .contains("'held'", "tag(host=" + HOSTS.get(i) + ")", "tag(pid=" + pid + ")");
      assertThat(copy.ask("meters-removed")).isEqualTo("true false");
    }
    assertThat(instances).hasSize(2);
    Copies.terminate(copies);
  }

  /** Shows that each meter has one time series, which has counted all requests. */
  private static void assertSeriesGoOn(String answer) {
    String count = answer.substring(0, answer.indexOf(' '));
    assertThat(Integer.parseInt(count)).isGreaterThan(2);
    for (String meter :
        List.of(
            "held_total", "found_total", "gauge", "timer_seconds_count", "time_gauge_seconds")) {
      Set<String> series = parts(answer, "(?<=[ ;])(" + meter + "[{][^;]*);");
      boolean isInBoth = meter.equals("found_total");
      assertThat(series).as(meter + " of " + answer).hasSize(isInBoth ? 2 : 1);
      assertThat(series).allMatch(each -> each.matches(".*} " + count + "([.]0)?"));
    }
    assertThat(parts(answer, "(?<=[ ;])(task_seconds_max[{])")).hasSize(1);
  }

  @Test
  void withoutItCommonTagsOfMetersAreTheCheckpoints() throws Exception {
    TestJvm jvm = jvm(Jdk.any(), "identities-spring", new String[] {"-Dmeters=true"});
    Checkpoint image = image(jvm, List.of("meters"), ",reseed=off");
    List<Copies.Copy> copies = Copies.each(image, onHosts());
    Set<String> hosts = new TreeSet<>();
    for (String answer : Copies.ask(copies, "meters")) {
      hosts.addAll(parts(answer, "[{,]host=\"([^\"]*)\""));
    }
    assertThat(hosts).hasSize(1).doesNotContainAnyElementsOf(HOSTS);
    Copies.terminate(copies);
  }

  /** Returns the owners of locks in ShedLock in two copies at once, on machines of these names. */
  private static List<String> hostsOfLocks(Jdk jdk, String options) throws Exception {
    Checkpoint image = image(jvm(jdk, "-Dshedlock=true"), List.of("shedlock"), options);
    List<Copies.Copy> copies = Copies.each(image, onHosts());
    List<String> hosts = Copies.ask(copies, "shedlock");
    Copies.terminate(copies);
    return hosts;
  }

  private static Command onHost(String name, Command command) {
    return new Command(BENCH, command.folder())
        .add("unshare", "--user", "--map-root-user", "--uts")
        .add("sh", "-c", "hostname " + name + " && exec \"$@\"", "sh")
        .add(command.words());
  }

  @OnEachLongTermJdk
  void shedLocksHostIsTheCopys(Jdk jdk) throws Exception {
    assertThat(hostsOfLocks(jdk, "")).isEqualTo(HOSTS);
    TABLE.add(IdentityLibrary.SHED_LOCK);
  }

  @Test
  void withoutItShedLocksHostIsTheCheckpoints() throws Exception {
    assertThat(hostsOfLocks(Jdk.any(), ",reseed=off")).doesNotContainAnyElementsOf(HOSTS);
  }

  /** Returns whether the structured logs of two copies at once have their own process ids. */
  private static List<Boolean> areOwnInLogs(Jdk jdk, String format, String options)
      throws Exception {
    TestJvm jvm = jvm(jdk, "identities-spring", new String[0]);
    jvm.arguments("--logging.structured.format.console=" + format);
    Checkpoint image = image(jvm, List.of("log"), options);
    List<Copies.Copy> copies = Copies.two(image);
    assertThat(Copies.ask(copies, "log")).containsOnly("logged");
    List<Boolean> areOwn = new ArrayList<>();
    for (Copies.Copy copy : copies) {
      copy.process().awaitOutput("\"asked\"");
      copy.terminate();
      String lines = copy.process().stdout().replace('}', ',');
      areOwn.add(lines.contains("pid\":" + copy.process().pid() + ","));
    }
    return areOwn;
  }

  @OnEachLongTermJdk
  void springBootsStructuredLogsByLog4jHaveTheOwnProcessId(Jdk jdk) throws Exception {
    assertThat(areOwnInLogs(jdk, "ecs", ",identity=fail")).containsOnly(true);
    assertThat(areOwnInLogs(jdk, "gelf", ",identity=fail")).containsOnly(true);
    TABLE.add(IdentityLibrary.SPRING_BOOT);
  }

  @Test
  void withoutItSpringBootsStructuredLogsHaveTheProcessIdOfTheCheckpoint() throws Exception {
    assertThat(areOwnInLogs(Jdk.any(), "ecs", ",reseed=off")).containsOnly(false);
  }

  /**
   * Shows that an agent which came later can't tell where older objects were made, and so names all
   * of them.
   */
  @OnEachLongTermJdk
  void agentThatCameLaterNamesWhatItDoesNotKnow(Jdk jdk) throws Exception {
    TestJvm jvm = jvm(jdk, "-Dinstance=true");
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
        .containsPattern("common: .*the number of the process in ids of org.hibernate.id.Abstract")
        .containsPattern("common: .*the random part of every org.bson.types.ObjectId");
    assertThat(process.terminate()).isEqualTo(143);
  }
}
