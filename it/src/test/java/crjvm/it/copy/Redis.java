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
 * A Redis server of Debian's package, empty and on 127.0.0.1 only, which the ordinary user runs.
 */
final class Redis implements AutoCloseable {
  private static final Path PROGRAM = Path.of("/usr/bin/redis-server");

  private final int port = FreePort.find();
  private final RunningProcess server;

  private Redis(Workbench bench) throws IOException {
    server =
        new Command(bench, bench.newFolder("redis"))
            .add(PROGRAM, "--bind", "127.0.0.1", "--port", port, "--save", "")
            .start("redis");
  }

  /** Starts the server, and returns when it takes connections. */
  static Redis start(Workbench bench) throws IOException {
    if (!Files.isExecutable(PROGRAM)) {
      Requirement.skip("there is no Redis; install the package redis-server");
    }
    Redis redis = new Redis(bench);
    redis.server.awaitOutput("Ready to accept connections");
    return redis;
  }

  String url() {
    return "redis://127.0.0.1:" + port;
  }

  @Override
  public void close() throws IOException, InterruptedException {
    server.terminate();
  }
}
