package crjvm.it.copy;

import com.google.protobuf.CodedInputStream;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;

/**
 * A receiver of OpenTelemetry's protocol over HTTP, which remembers which process has sent what.
 */
final class OtlpReceiver implements AutoCloseable {
  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;

  /** The signals, by the paths that they are sent to. */
  enum Signal {
    SPAN("/v1/traces"),
    METRIC("/v1/metrics"),
    LOG("/v1/logs");

    private final String path;

    Signal(String path) {
      this.path = path;
    }
  }

  /**
   * A span, a metric or a log record.
   *
   * @param resource the attributes of its process
   * @param text the name; for a log record, the body
   */
  record Received(Signal signal, Map<String, String> resource, String text) {
    String attribute(String name) {
      return resource.getOrDefault(name, "");
    }

    boolean isOf(long pid) {
      return attribute("process.pid").equals(Long.toString(pid));
    }
  }

  OtlpReceiver() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    for (Signal signal : Signal.values()) {
      server.createContext(signal.path, exchange -> receive(signal, exchange));
    }
    server.start();
  }

  String url() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  List<Received> received() {
    return List.copyOf(received);
  }

  /** Forgets all that has been received so far. */
  void forget() {
    received.clear();
  }

  private void receive(Signal signal, HttpExchange exchange) throws IOException {
    try (exchange) {
      boolean isPacked = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
      InputStream body = exchange.getRequestBody();
      CodedInputStream in =
          CodedInputStream.newInstance(isPacked ? new GZIPInputStream(body) : body);
      switch (signal) {
        case SPAN -> addSpans(ExportTraceServiceRequest.parseFrom(in));
        case METRIC -> addMetrics(ExportMetricsServiceRequest.parseFrom(in));
        case LOG -> addLogs(ExportLogsServiceRequest.parseFrom(in));
      }
      exchange.getResponseHeaders().add("Content-Type", "application/x-protobuf");
      exchange.sendResponseHeaders(200, -1);
    }
  }

  private void addSpans(ExportTraceServiceRequest request) {
    request
        .getResourceSpansList()
        .forEach(
            part ->
                part.getScopeSpansList()
                    .forEach(
                        scope ->
                            scope
                                .getSpansList()
                                .forEach(
                                    span -> add(Signal.SPAN, part.getResource(), span.getName()))));
  }

  private void addMetrics(ExportMetricsServiceRequest request) {
    request
        .getResourceMetricsList()
        .forEach(
            part ->
                part.getScopeMetricsList()
                    .forEach(
                        scope ->
                            scope
                                .getMetricsList()
                                .forEach(
                                    metric ->
                                        add(Signal.METRIC, part.getResource(), metric.getName()))));
  }

  private void addLogs(ExportLogsServiceRequest request) {
    request
        .getResourceLogsList()
        .forEach(
            part ->
                part.getScopeLogsList()
                    .forEach(
                        scope ->
                            scope
                                .getLogRecordsList()
                                .forEach(
                                    log ->
                                        add(
                                            Signal.LOG,
                                            part.getResource(),
                                            log.getBody().getStringValue()))));
  }

  private void add(Signal signal, Resource resource, String text) {
    Map<String, String> attributes = new TreeMap<>();
    for (KeyValue each : resource.getAttributesList()) {
      AnyValue value = each.getValue();
      attributes.put(
          each.getKey(),
          value.hasIntValue() ? Long.toString(value.getIntValue()) : value.getStringValue());
    }
    received.add(new Received(signal, attributes, text));
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
