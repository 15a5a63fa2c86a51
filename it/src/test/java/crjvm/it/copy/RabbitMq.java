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
 * A RabbitMQ broker of Debian's package, empty and on 127.0.0.1 only, which the ordinary user runs.
 * It has an Erlang port mapper of its own.
 */
final class RabbitMq implements AutoCloseable {
  private static final Path PROGRAM = Path.of("/usr/lib/rabbitmq/bin/rabbitmq-server");
  private static final String ADDRESS = "127.0.0.1";

  private final int port = FreePort.find();
  private final int mapperPort = FreePort.find();
  private final RunningProcess mapper;
  private final RunningProcess server;

  private RabbitMq(Workbench bench) throws IOException {
    Path folder = bench.newFolder("rabbitmq");
    Path configuration = folder.resolve("rabbitmq.conf");
    Files.writeString(configuration, "listeners.tcp.1 = " + ADDRESS + ":" + port + "\n");
    Path plugins = Files.writeString(folder.resolve("plugins"), "[].\n");
    mapper =
        new Command(bench, folder)
            .add("epmd", "-port", mapperPort, "-address", ADDRESS)
            .start("epmd");
    server =
        new Command(bench, folder)
            .add(PROGRAM)
            .with("HOME", folder.toString())
            .with("ERL_EPMD_PORT", Integer.toString(mapperPort))
            .with("ERL_EPMD_ADDRESS", ADDRESS)
            .with("RABBITMQ_NODENAME", "crjvm@localhost")
            .with("RABBITMQ_DIST_PORT", Integer.toString(FreePort.find()))
            .with("RABBITMQ_CONFIG_FILE", configuration.toString())
            .with("RABBITMQ_ENABLED_PLUGINS_FILE", plugins.toString())
            .with("RABBITMQ_MNESIA_BASE", folder.resolve("data").toString())
            .with("RABBITMQ_LOG_BASE", folder.resolve("log").toString())
            .with("RABBITMQ_PID_FILE", folder.resolve("pid").toString())
            .with("RABBITMQ_LOGS", "-")
            .start("rabbitmq");
  }

  /** Starts the broker, and returns when it takes connections. */
  static RabbitMq start(Workbench bench) throws IOException {
    if (!Files.isExecutable(PROGRAM)) {
      Requirement.skip("there is no RabbitMQ; install the package rabbitmq-server");
    }
    RabbitMq broker = new RabbitMq(bench);
    broker.server.awaitOutput("Server startup complete");
    return broker;
  }

  String url() {
    return "amqp://guest:guest@" + ADDRESS + ":" + port;
  }

  @Override
  public void close() throws IOException, InterruptedException {
    server.terminate();
    mapper.terminate();
  }
}
