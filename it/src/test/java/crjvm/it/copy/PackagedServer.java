package crjvm.it.copy;

import crjvm.it.app.FreePort;
import crjvm.it.bench.Command;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A server of one of Debian's packages, empty and on 127.0.0.1 only, which the ordinary user runs.
 */
final class PackagedServer implements AutoCloseable {
  private static final String ADDRESS = "127.0.0.1";

  private final int port = FreePort.find();
  private final Command command;
  private RunningProcess server;

  private PackagedServer(Workbench bench, String name, String program) throws IOException {
    Path path = Path.of(program);
    if (!Files.isExecutable(path)) {
      Requirement.skip("there is no " + program + "; install the package " + name);
    }
    command = new Command(bench, bench.newFolder(name)).add(path);
  }

  /** Starts a Redis server, and returns when it takes connections. */
  static PackagedServer redis(Workbench bench) throws IOException {
    PackagedServer redis = new PackagedServer(bench, "redis-server", "/usr/bin/redis-server");
    redis.command.add("--bind", ADDRESS, "--port", redis.port, "--save", "");
    redis.server = redis.command.start("redis");
    redis.server.awaitOutput("Ready to accept connections");
    return redis;
  }

  /** Starts a broker for MQTT, and returns when it takes connections. */
  static PackagedServer mosquitto(Workbench bench) throws IOException {
    PackagedServer broker = new PackagedServer(bench, "mosquitto", "/usr/sbin/mosquitto");
    broker.server = broker.command.add("-v", "-p", broker.port).start("mosquitto");
    broker.server.awaitError("running");
    return broker;
  }

  /** Starts a NATS server with streams, and returns when it takes connections. */
  static PackagedServer nats(Workbench bench) throws IOException {
    PackagedServer nats = new PackagedServer(bench, "nats-server", "/usr/sbin/nats-server");
    nats.command.add("-a", ADDRESS, "-p", nats.port, "-js", "-sd", "streams");
    nats.server = nats.command.start("nats");
    nats.server.awaitError("Server is ready");
    return nats;
  }

  /**
   * @param scheme the first part of the address, such as {@code redis}
   */
  String url(String scheme) {
    return scheme + "://" + ADDRESS + ":" + port;
  }

  @Override
  public void close() throws IOException, InterruptedException {
    server.terminate();
  }
}
