package crjvm.it.framework;

import crjvm.it.app.FreePort;
import crjvm.it.bench.Await;
import crjvm.it.bench.Command;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A PostgreSQL server of Debian's package with a new, empty database, run by the ordinary user. It
 * listens on 127.0.0.1 only, and lets in everybody there without a password. It ends with the test,
 * or with the class when it was started before all tests.
 */
public final class PostgreSql implements AutoCloseable {
  private static final Path VERSIONS = Path.of("/usr/lib/postgresql");
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final String USER = "crjvm";
  private static final String DATABASE = "postgres"; // every cluster has it

  private final Workbench bench;
  private final Path programs;
  private final Path folder;
  private final int port = FreePort.find();
  private RunningProcess server;
  private int queries;

  private PostgreSql(Workbench bench) throws IOException {
    this.bench = bench;
    programs =
        programs()
            .orElseGet(
                () -> {
                  Requirement.skip("there is no PostgreSQL; install the package postgresql");
                  return null;
                });
    folder = bench.newFolder("postgresql");
  }

  /** Makes the database, and returns when it takes connections. */
  public static PostgreSql start(Workbench bench) throws IOException, InterruptedException {
    PostgreSql database = new PostgreSql(bench);
    database.create();
    database.start();
    return database;
  }

  /** Of the newest version that is installed; Debian has them outside of the PATH. */
  private static Optional<Path> programs() throws IOException {
    if (!Files.isDirectory(VERSIONS)) {
      return Optional.empty();
    }
    try (Stream<Path> versions = Files.list(VERSIONS)) {
      return versions
          .filter(version -> version.getFileName().toString().matches("\\d+"))
          .sorted(
              Comparator.comparingInt(
                  version -> -Integer.parseInt(version.getFileName().toString())))
          .map(version -> version.resolve("bin"))
          .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
          .findFirst();
    }
  }

  private void create() throws IOException, InterruptedException {
    RunningProcess process =
        program("initdb")
            .add("--pgdata", data(), "--username", USER, "--auth", "trust", "--no-sync")
            .add("--encoding", "UTF8", "--locale", "C.UTF-8")
            .run("initdb");
    if (process.awaitExit() != 0) {
      throw new AssertionError("no database\n" + process.describe());
    }
  }

  /** Again after {@link #close} as well: under the same port, with what the database has in it. */
  public void start() throws IOException {
    server =
        program("postgres")
            .add("-D", data(), "-p", port, "-F") // without fsync
            .add("-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=")
            .add("-c", "shared_buffers=16MB", "-c", "log_connections=on")
            .add("-c", "log_disconnections=on", "-c", "max_connections=50")
            .start("postgresql");
    Await.until(
        LIMIT,
        "PostgreSQL on port " + port,
        () -> {
          if (!server.isAlive()) {
            throw new AssertionError("PostgreSQL ended\n" + server.describe());
          }
          return client("pg_isready", "--quiet").run("pg_isready").awaitExit() == 0;
        },
        server::describe);
  }

  private Path data() {
    return folder.resolve("data");
  }

  private Command program(String name) {
    return new Command(bench, folder).add(programs.resolve(name));
  }

  private Command client(String name, Object... options) {
    return program(name)
        .add("-h", "127.0.0.1", "-p", port, "-U", USER, "-d", DATABASE)
        .add(options);
  }

  public int port() {
    return port;
  }

  public String user() {
    return USER;
  }

  /** For JDBC, with the user in it. */
  public String url() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + DATABASE + "?user=" + USER;
  }

  /** For JDBC, where the user is given otherwise. */
  String urlWithoutUser() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + DATABASE;
  }

  /** The rows that psql prints, columns separated by {@code |}. */
  public List<String> query(String sql) throws IOException, InterruptedException {
    queries++;
    RunningProcess process =
        client("psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "-c", sql)
            .run("psql-" + queries);
    if (process.awaitExit() != 0) {
      throw new AssertionError("\"" + sql + "\" failed\n" + process.describe());
    }
    return process.stdout().lines().toList();
  }

  /**
   * What the server has logged, with a line for every connection that came and one for every
   * connection that ended in an orderly way; of another end it logs that the client went away.
   */
  public String log() {
    return server.stderr();
  }

  /** Ends it as an administrator would, with its clients' connections. */
  @Override
  public void close() throws IOException, InterruptedException {
    server.signal("INT"); // "fast": without waiting for clients
    server.awaitExit();
  }
}
