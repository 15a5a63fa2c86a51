package crjvm.it.copy;

import crjvm.it.app.FreePort;
import crjvm.it.bench.Command;
import crjvm.it.bench.Http;
import crjvm.it.bench.Json;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.SetupFolder;
import crjvm.it.bench.Workbench;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** VictoriaLogs, which takes log records by OTLP. {@code it/logs/setup} builds it. */
final class LogServer implements AutoCloseable {
  private static final String PROGRAM = "victoria-logs";

  private final int port = FreePort.find();
  private final RunningProcess server;

  private LogServer(Workbench bench, Path program) throws IOException {
    server =
        new Command(bench, bench.newFolder("logs"))
            .add(program, "-storageDataPath=data", "-httpListenAddr=127.0.0.1:" + port)
            .start("logs");
  }

  /** Starts the server, and returns when it takes records. */
  static LogServer start(Workbench bench) throws IOException {
    Path program = SetupFolder.of("logs").resolve(PROGRAM);
    if (!Files.isExecutable(program)) {
      Requirement.skip("there is no VictoriaLogs; run it/logs/setup");
    }
    LogServer logs = new LogServer(bench, program);
    Http.awaitAnswer(logs.server, logs.port, "/health");
    return logs;
  }

  /** Returns the address for exporters of log records in OTLP. */
  String url() {
    return "http://127.0.0.1:" + port + "/insert/opentelemetry/v1/logs";
  }

  /** Returns the fields of each record with this message. */
  List<Map<String, Object>> records(String message) throws IOException {
    String query = URLEncoder.encode("_msg:=\"" + message + "\"", StandardCharsets.UTF_8);
    String answer = Http.ask(port, "/select/logsql/query?query=" + query);
    return answer.lines().map(line -> Json.map(Json.parse(line))).toList();
  }

  @Override
  public void close() throws IOException, InterruptedException {
    server.terminate();
  }
}
