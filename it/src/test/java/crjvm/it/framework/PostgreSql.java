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
 * A PostgreSQL server of Debian's package with a new, empty database, which the ordinary user runs.
 * It listens on 127.0.0.1 only, and needs no password there. It ends with the test, or with the
 * class if it was started before all tests.
 */
public final class PostgreSql implements AutoCloseable {
  private static final Path VERSIONS = Path.of("/usr/lib/postgresql");
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final String USER = "crjvm";
  private static final String DATABASE = "postgres"; // Every cluster has this database.

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

  /** Makes the database, and returns when the server takes connections. */
  public static PostgreSql start(Workbench bench) throws IOException, InterruptedException {
    PostgreSql database = new PostgreSql(bench);
    database.create();
    database.start();
    return database;
  }

  /** Finds the programs of the newest installed version. Debian has them outside of the PATH. */
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

  /**
   * Starts the server, and starts it again after {@link #close}: on the same port, with the
   * database as it is.
   */
  public void start() throws IOException {
    server =
        program("postgres")
            .add("-D", data(), "-p", port, "-F") // The server runs without fsync.
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

  /** Returns the URL for JDBC, with the user in it. */
  public String url() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + DATABASE + "?user=" + USER;
  }

  /** Returns the URL for JDBC, when the user is given separately. */
  String urlWithoutUser() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + DATABASE;
  }

  /** Returns the rows that psql prints, with {@code |} between the columns. */
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
   * Returns the server's log. It has a line for every connection that came, and one for every
   * connection that ended in an orderly way. For any other end, it says that the client went away.
   */
  public String log() {
    return server.stderr();
  }

  /** Ends the server with its clients' connections, as an administrator would. */
  @Override
  public void close() throws IOException, InterruptedException {
    server.signal("INT"); // This is the mode "fast", which does not wait for clients.
    server.awaitExit();
  }
}
