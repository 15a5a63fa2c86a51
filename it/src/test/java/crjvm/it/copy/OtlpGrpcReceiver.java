package crjvm.it.copy;

import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import io.opentelemetry.proto.collector.logs.v1.LogsServiceGrpc;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import io.opentelemetry.proto.collector.metrics.v1.MetricsServiceGrpc;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** A receiver of OpenTelemetry's protocol over gRPC, whose clients keep one connection. */
final class OtlpGrpcReceiver extends OtlpReceiver {
  private final Server server;

  OtlpGrpcReceiver() throws IOException {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    server =
        NettyServerBuilder.forAddress(address)
            .addService(new Spans())
            .addService(new Metrics())
            .addService(new Logs())
            .build()
            .start();
  }

  @Override
  String url() {
    return "http://localhost:" + server.getPort();
  }

  @Override
  String protocol() {
    return "grpc";
  }

  private static <T> void answer(StreamObserver<T> caller, T answer) {
    caller.onNext(answer);
    caller.onCompleted();
  }

  @Override
  public void close() {
    server.shutdownNow();
  }

  private final class Spans extends TraceServiceGrpc.TraceServiceImplBase {
    @Override
    public void export(
        ExportTraceServiceRequest request, StreamObserver<ExportTraceServiceResponse> caller) {
      add(request);
      answer(caller, ExportTraceServiceResponse.getDefaultInstance());
    }
  }

  private final class Metrics extends MetricsServiceGrpc.MetricsServiceImplBase {
    @Override
    public void export(
        ExportMetricsServiceRequest request, StreamObserver<ExportMetricsServiceResponse> caller) {
      add(request);
      answer(caller, ExportMetricsServiceResponse.getDefaultInstance());
    }
  }

  private final class Logs extends LogsServiceGrpc.LogsServiceImplBase {
    @Override
    public void export(
        ExportLogsServiceRequest request, StreamObserver<ExportLogsServiceResponse> caller) {
      add(request);
      answer(caller, ExportLogsServiceResponse.getDefaultInstance());
    }
  }
}
