package crjvm.it.copy;

import com.google.protobuf.CodedInputStream;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;

/** A receiver of OpenTelemetry's protocol over HTTP. */
final class OtlpHttpReceiver extends OtlpReceiver {
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;

  /** A method that takes the body of a request. */
  @FunctionalInterface
  private interface Reader {
    void read(CodedInputStream body) throws IOException;
  }

  OtlpHttpReceiver() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    take("/v1/traces", body -> add(ExportTraceServiceRequest.parseFrom(body)));
    take("/v1/metrics", body -> add(ExportMetricsServiceRequest.parseFrom(body)));
    take("/v1/logs", body -> add(ExportLogsServiceRequest.parseFrom(body)));
    server.start();
  }

  private void take(String path, Reader reader) {
    server.createContext(path, exchange -> receive(exchange, reader));
  }

  @Override
  String url() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  @Override
  String protocol() {
    return "http/protobuf";
  }

  private static void receive(HttpExchange exchange, Reader reader) throws IOException {
    try (exchange) {
      boolean isPacked = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
      InputStream body = exchange.getRequestBody();
      reader.read(CodedInputStream.newInstance(isPacked ? new GZIPInputStream(body) : body));
      exchange.getResponseHeaders().add("Content-Type", "application/x-protobuf");
      exchange.sendResponseHeaders(200, -1);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
