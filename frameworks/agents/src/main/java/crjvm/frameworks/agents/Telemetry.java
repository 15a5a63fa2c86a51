package crjvm.frameworks.agents;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.logs.Logger;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporter;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.export.BatchLogRecordProcessor;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.resources.internal.Entity;
import io.opentelemetry.sdk.resources.internal.EntityUtil;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/**
 * Reports each request through OpenTelemetry's SDK, without its agent: a span, a log record and a
 * count.
 */
final class Telemetry {
  private static final Duration PACE = Duration.ofMillis(200);

  private final Tracer tracer;
  private final LongCounter counter;
  private final Logger logger;
  private final Resource resource;

  /**
   * Connects to a collector.
   *
   * @param collector the URL below which the paths of OTLP/HTTP are
   */
  Telemetry(String collector) throws UnknownHostException {
    Resource own = Boolean.getBoolean("entities") ? entities() : Resource.create(attributes());
    resource = Resource.getDefault().merge(own);
    OtlpHttpSpanExporter spans =
        OtlpHttpSpanExporter.builder().setEndpoint(collector + "/v1/traces").build();
    OtlpHttpMetricExporter metrics =
        OtlpHttpMetricExporter.builder().setEndpoint(collector + "/v1/metrics").build();
    OtlpHttpLogRecordExporter logs =
        OtlpHttpLogRecordExporter.builder().setEndpoint(collector + "/v1/logs").build();
    OpenTelemetrySdk sdk =
        OpenTelemetrySdk.builder()
            .setTracerProvider(
                SdkTracerProvider.builder()
                    .setResource(resource)
                    .addSpanProcessor(
                        BatchSpanProcessor.builder(spans).setScheduleDelay(PACE).build())
                    .build())
            .setMeterProvider(
                SdkMeterProvider.builder()
                    .setResource(resource)
                    .registerMetricReader(
                        PeriodicMetricReader.builder(metrics).setInterval(PACE).build())
                    .build())
            .setLoggerProvider(
                SdkLoggerProvider.builder()
                    .setResource(resource)
                    .addLogRecordProcessor(
                        BatchLogRecordProcessor.builder(logs).setScheduleDelay(PACE).build())
                    .build())
            .build();
    tracer = sdk.getTracer("agents");
    counter = sdk.getMeter("agents").counterBuilder("requests").build();
    logger = sdk.getLogsBridge().get("agents");
  }

  private static Attributes attributes() throws UnknownHostException {
    return Attributes.builder()
        .put("service.name", "agents")
        .put("service.instance.id", UUID.randomUUID().toString())
        .put("process.pid", ProcessHandle.current().pid())
        .put("host.name", InetAddress.getLocalHost().getHostName())
        .build();
  }

  /** Returns the same attributes as parts of entities. Their values belong to the entities. */
  private static Resource entities() throws UnknownHostException {
    Entity service = Entity.builder("service", attributes("service.")).build();
    Entity process =
        Entity.builder("process", attributes("process."))
            .setDescription(attributes("host."))
            .build();
    return EntityUtil.createResource(List.of(service, process));
  }

  private static Attributes attributes(String prefix) throws UnknownHostException {
    return attributes().toBuilder().removeIf(key -> !key.getKey().startsWith(prefix)).build();
  }

  /** Returns the instance id and the process id in a resource that it makes from the first one. */
  String derived() {
    Attributes attributes = resource.toBuilder().put("part", "second").build().getAttributes();
    return attributes.get(AttributeKey.stringKey("service.instance.id"))
        + " "
        + attributes.get(AttributeKey.longKey("process.pid"));
  }

  void tell(String path) {
    counter.add(1);
    logger.logRecordBuilder().setBody("asked for " + path).emit();
    tracer.spanBuilder("GET " + path).startSpan().end();
  }
}
