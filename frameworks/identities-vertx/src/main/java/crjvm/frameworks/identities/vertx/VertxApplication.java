package crjvm.frameworks.identities.vertx;

import crjvm.frameworks.identities.IdentitiesApplication;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import java.util.Map;

/**
 * Connects to hosts by their names, and returns the addresses. It uses only methods that Vert.x 4
 * has, too.
 */
public final class VertxApplication {
  private static final int PORT = 53;

  private VertxApplication() {}

  public static void main(String[] args) throws Exception {
    NetClient client = Vertx.vertx().createNetClient();
    IdentitiesApplication.serve(
        args,
        Map.of(
            "long", () -> address(client, "copies.example"),
            "short", () -> address(client, "copies"),
            "file", () -> address(client, "file.example")));
  }

  private static String address(NetClient client, String host) throws Exception {
    NetSocket socket = await(client.connect(PORT, host));
    String address = socket.remoteAddress().hostAddress();
    await(socket.close());
    return address;
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get();
  }
}
