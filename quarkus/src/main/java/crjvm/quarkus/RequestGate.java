package crjvm.quarkus;

import io.quarkus.vertx.http.runtime.VertxHttpRecorder;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.util.concurrent.CompletableFuture;

/** Lets requests wait from the checkpoint until the settings of a restore are applied. */
final class RequestGate {
  private static final String HANDLER = "rootHandler";

  private final CompletableFuture<Void> opened = new CompletableFuture<>();
  private final Handler<HttpServerRequest> handler; // Quarkus' own

  private RequestGate(Handler<HttpServerRequest> handler) {
    this.handler = handler;
  }

  /** Closes the gate in front of the present handler. The result is null if there is none. */
  @SuppressWarnings("unchecked") // Quarkus' own
  static RequestGate close() {
    Object handler = Fields.get(VertxHttpRecorder.class, null, HANDLER);
    if (handler == null) {
      return null;
    }
    RequestGate gate = new RequestGate((Handler<HttpServerRequest>) handler);
    Handler<HttpServerRequest> waiting = gate::await;
    Fields.set(VertxHttpRecorder.class, null, HANDLER, waiting);
    return gate;
  }

  private void await(HttpServerRequest request) {
    Context context = Vertx.currentContext();
    opened.thenRun(() -> context.runOnContext(nothing -> handler.handle(request)));
  }

  void open() {
    Fields.set(VertxHttpRecorder.class, null, HANDLER, handler);
    opened.complete(null);
  }
}
