package crjvm.frameworks.identities;

import io.grpc.CallOptions;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.InsecureServerCredentials;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

/** Numbers that a server counts. */
final class GrpcSource {
  private static final String SERVICE = "Copies";

  private static final MethodDescriptor<String, String> NEXT =
      MethodDescriptor.newBuilder(new Text(), new Text())
          .setType(MethodType.UNARY)
          .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, "Next"))
          .build();

  private final ManagedChannel channel;

  GrpcSource(String address) {
    channel = Grpc.newChannelBuilder(address, InsecureChannelCredentials.create()).build();
  }

  /** Starts a server on a port. */
  static void serve(int port) throws IOException {
    AtomicLong last = new AtomicLong();
    ServerServiceDefinition service =
        ServerServiceDefinition.builder(SERVICE)
            .addMethod(
                NEXT,
                ServerCalls.asyncUnaryCall(
                    (request, response) -> {
                      response.onNext(Long.toString(last.incrementAndGet()));
                      response.onCompleted();
                    }))
            .build();
    Grpc.newServerBuilderForPort(port, InsecureServerCredentials.create())
        .addService(service)
        .build()
        .start();
  }

  String next() {
    return ClientCalls.blockingUnaryCall(channel, NEXT, CallOptions.DEFAULT, "");
  }

  private static final class Text implements MethodDescriptor.Marshaller<String> {
    @Override
    public InputStream stream(String value) {
      return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String parse(InputStream stream) {
      try {
        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
