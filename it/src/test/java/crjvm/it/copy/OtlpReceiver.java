package crjvm.it.copy;

import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A receiver of OpenTelemetry's signals, which remembers which process has sent what. */
abstract class OtlpReceiver implements AutoCloseable {
  private final List<Received> received = new CopyOnWriteArrayList<>();

  /** The kinds of signals. */
  enum Signal {
    SPAN,
    METRIC,
    LOG
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

  /** Returns the address that exporters send to. */
  abstract String url();

  /** Returns the value of OpenTelemetry's setting {@code otel.exporter.otlp.protocol}. */
  abstract String protocol();

  /** Ends the server. */
  @Override
  public abstract void close();

  List<Received> received() {
    return List.copyOf(received);
  }

  /** Forgets all that has been received so far. */
  void forget() {
    received.clear();
  }

  final void add(ExportTraceServiceRequest request) {
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

  final void add(ExportMetricsServiceRequest request) {
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

  final void add(ExportLogsServiceRequest request) {
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
}
