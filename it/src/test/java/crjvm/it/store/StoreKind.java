package crjvm.it.store;

import crjvm.it.bench.RunningProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Servers that keep their data in files, each from a module of servers/. */
public enum StoreKind {
  ARTEMIS("Artemis", "artemis-server") {
    @Override
    void prepare(StoreFolder place) throws Exception {
      place.tool(
          "-Dartemis.home=" + place.folder(),
          "org.apache.activemq.artemis.cli.Artemis",
          "create",
          "--no-autotune",
          "--no-web",
          "--no-amqp-acceptor",
          "--no-hornetq-acceptor",
          "--no-mqtt-acceptor",
          "--no-stomp-acceptor",
          "--require-login",
          "--user=user",
          "--password=password",
          "--nio",
          "--host=localhost",
          "--default-port=" + place.ports().get(0),
          "instance");
    }

    @Override
    List<Object> words(StoreFolder place, List<Integer> ports) {
      Path instance = place.folder().resolve("instance");
      return List.of(
          "-Dartemis.home=" + place.folder(),
          "-Dartemis.instance=" + instance,
          "-Dartemis.instance.etc=" + instance.resolve("etc"),
          "-Ddata.dir=" + instance.resolve("data"),
          "-Djava.security.auth.login.config=" + instance.resolve("etc/login.config"),
          "-Dlog4j2.configurationFile=" + instance.resolve("etc/log4j2.properties"),
          "-cp",
          place.libraries() + "/*",
          "org.apache.activemq.artemis.cli.Artemis",
          "run");
    }

    @Override
    boolean waits(RunningProcess process) {
      return process.stdout().contains("AMQ221034"); // It waits for the lock of the journal.
    }

    @Override
    boolean isQueue() {
      return true;
    }
  },
  DERBY("Derby", "derby") {
    @Override
    List<Object> words(StoreFolder place, List<Integer> ports) {
      return List.of(
          "-Dderby.system.home=" + place.folder().resolve("data"),
          "-cp",
          place.libraries() + "/*",
          "org.apache.derby.drda.NetworkServerControl",
          "start",
          "-h",
          "localhost",
          "-p",
          ports.get(0));
    }
  },
  H2("H2", "h2") {
    @Override
    List<Object> words(StoreFolder place, List<Integer> ports) {
      return List.of(
          "-cp",
          place.libraries() + "/*",
          "org.h2.tools.Server",
          "-tcp",
          "-tcpPort",
          ports.get(0),
          "-ifNotExists",
          "-baseDir",
          "data");
    }
  },
  HSQLDB("HSQLDB", "hsqldb") {
    /**
     * Returns whether the lock of a killed process is in the way. It is ten seconds old at most,
     * and the server tries for about as long.
     */
    @Override
    boolean isHeldByTheDead(RunningProcess server) {
      return server.stderr().contains("method: checkHeartbeat");
    }

    /** Returns the reason why there are no images: the lock file has the time in it. */
    @Override
    Optional<String> refusal() {
      return Optional.of("rows.lck\" holds only as long as the application writes to it");
    }

    @Override
    List<Object> words(StoreFolder place, List<Integer> ports) {
      return List.of(
          "-cp",
          place.libraries() + "/*",
          "org.hsqldb.server.Server",
          "--address",
          "localhost",
          "--port",
          ports.get(0),
          "--database.0",
          "file:data/rows",
          "--dbname.0",
          "rows");
    }
  },
  KAFKA("Kafka", "kafka-server") {
    @Override
    int ports() {
      return 2;
    }

    @Override
    void prepare(StoreFolder place) throws Exception {
      Files.writeString(
          place.folder().resolve("server.properties"),
          """
          process.roles=broker,controller
          node.id=1
          controller.listener.names=CONTROLLER
          listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
          log.dirs=data
          offsets.topic.replication.factor=1
          transaction.state.log.replication.factor=1
          transaction.state.log.min.isr=1
          """
              + String.join("\n", settings(place.ports())));
      place.tool(
          "kafka.tools.StorageTool",
          "format",
          "-t",
          "AAAAAAAAQACAAAAAAAAAAQ",
          "-c",
          "server.properties");
    }

    /**
     * Returns true: a second process truncates the metadata that the first one writes, before it
     * finds that its ports are taken.
     */
    @Override
    boolean isHarmedByASecond() {
      return true;
    }

    private List<String> settings(List<Integer> ports) {
      String controller = "localhost:" + ports.get(1);
      return List.of(
          "listeners=PLAINTEXT://localhost:" + ports.get(0) + ",CONTROLLER://" + controller,
          "controller.quorum.voters=1@" + controller);
    }

    @Override
    List<Object> words(StoreFolder place, List<Integer> ports) {
      List<Object> words = new ArrayList<>();
      words.addAll(List.of("-cp", place.libraries() + "/*", "kafka.Kafka", "server.properties"));
      settings(ports).forEach(setting -> words.addAll(List.of("--override", setting)));
      return words;
    }
  },
  KEYCLOAK("Keycloak", "keycloak") {
    /** The exit status of its first start. */
    private static final int PUT_TOGETHER = 10;

    @Override
    void prepare(StoreFolder place) throws Exception {
      String built = "keycloak-26.7.3";
      Path distribution = place.bench().copyOfServer(module(), built);
      place.run(0, "cp", "-r", distribution, "keycloak");
      place.run(
          PUT_TOGETHER,
          place.jdk().java(),
          words(place.folder().resolve("keycloak"), place.ports()));
    }

    /**
     * Returns the command at the end of the server's script. Before it, another process puts the
     * application together.
     */
    @Override
    List<Object> words(StoreFolder place, List<Integer> ports) {
      List<Object> words = new ArrayList<>(List.of("-Dkc.config.built=true"));
      words.addAll(words(place.folder().resolve("keycloak"), ports));
      return words;
    }

    private List<Object> words(Path home, List<Integer> ports) {
      return List.of(
          "-Xmx512m",
          "--add-opens=java.base/java.util=ALL-UNNAMED",
          "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
          "--add-opens=java.base/java.security=ALL-UNNAMED",
          "--add-opens=java.base/java.lang=ALL-UNNAMED",
          "-Djava.util.concurrent.ForkJoinPool.common.threadFactory="
              + "io.quarkus.bootstrap.forkjoin.QuarkusForkJoinWorkerThreadFactory",
          "-Dkc.home.dir=" + home,
          "-Djboss.server.config.dir=" + home.resolve("conf"),
          "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
          "-cp",
          home.resolve("lib/quarkus-run.jar"),
          "io.quarkus.bootstrap.runner.QuarkusEntryPoint",
          "--profile=dev",
          "start-dev",
          "--db-url-properties=;WRITE_DELAY=0",
          "--http-host=localhost",
          "--http-port=" + ports.get(0),
          "--bootstrap-admin-username=admin",
          "--bootstrap-admin-password=admin");
    }
  },
  LUCENE("Lucene", "lucene-core") {
    @Override
    List<Object> words(StoreFolder place, List<Integer> ports) {
      return List.of("-jar", place.jar(), "--port", ports.get(0));
    }
  },
  SQLITE("SQLite", "sqlite-jdbc") {
    @Override
    List<Object> words(StoreFolder place, List<Integer> ports) {
      return List.of("-jar", place.jar(), "--port", ports.get(0));
    }

    @Override
    boolean isShared() {
      return true;
    }

    @Override
    boolean isGuarded() {
      return false;
    }
  },
  ZOOKEEPER("ZooKeeper", "zookeeper") {
    @Override
    boolean isGuarded() {
      return false;
    }

    @Override
    List<Object> words(StoreFolder place, List<Integer> ports) throws IOException {
      Path configuration = place.folder().resolve("zoo-" + ports.get(0) + ".cfg");
      if (!Files.exists(configuration)) {
        Files.writeString(
            configuration,
            """
            dataDir=data
            tickTime=2000
            maxSessionTimeout=600000
            clientPortAddress=localhost
            admin.enableServer=false
            clientPort="""
                + ports.get(0)
                + "\n");
      }
      return List.of(
          "-cp",
          place.libraries() + "/*",
          "org.apache.zookeeper.server.quorum.QuorumPeerMain",
          configuration.getFileName());
    }
  };

  private final String title;
  private final String library;

  /**
   * @param library the library whose version is the server's
   */
  StoreKind(String title, String library) {
    this.title = title;
    this.library = library;
  }

  /** Returns the name that users know. */
  String title() {
    return title;
  }

  String library() {
    return library;
  }

  /** Returns the folder in servers/. */
  String module() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  /** Returns how many ports it listens on. Clients use the first one. */
  int ports() {
    return 1;
  }

  /** Does the work that has to come before the first start. */
  void prepare(StoreFolder place) throws Exception {}

  /** Returns the words of the java command. */
  abstract List<Object> words(StoreFolder place, List<Integer> ports) throws IOException;

  /** Returns whether a process does not listen because it waits for another one. */
  boolean waits(RunningProcess process) {
    return false;
  }

  /** Returns whether clients can take numbers away. */
  boolean isQueue() {
    return false;
  }

  /** Returns whether several processes may work on the files at the same time. */
  boolean isShared() {
    return false;
  }

  /** Returns whether the server keeps a second process from its files. */
  boolean isGuarded() {
    return true;
  }

  /** Returns the reason why there are no images of it. */
  Optional<String> refusal() {
    return Optional.empty();
  }

  /**
   * Returns whether a second process, started without crjvm, harms the first one, whatever its
   * ports are.
   */
  boolean isHarmedByASecond() {
    return false;
  }

  /** Returns whether a start has found the lock of a process that was killed just before. */
  boolean isHeldByTheDead(RunningProcess server) {
    return false;
  }
}
