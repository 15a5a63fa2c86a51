package crjvm.frameworks.vertx;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PfxOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;

/**
 * An HTTP server whose routes ask another verticle over the event bus. With {@code -Dtls.port} it
 * also serves HTTP/2 over TLS.
 */
public class MainVerticle extends VerticleBase {
  private static final String HOST = "127.0.0.1";

  private HttpClient client;
  private long visits;

  @Override
  public Future<?> start() {
    client = vertx.createHttpClient();
    Router router = Router.router(vertx);
    router.get("/greeting").handler(this::greet);
    router.get("/greeting.json").handler(this::greetInJson);
    router.get("/visits").handler(context -> context.response().end(Long.toString(++visits)));
    router.get("/countdown").handler(this::countDown);
    router.get("/fetch").handler(this::fetch);
    router.get("/transport").handler(context -> context.end(transport()));
    return vertx.deployVerticle(new GreetingVerticle()).compose(id -> listen(router));
  }

  private Future<?> listen(Router router) {
    Future<HttpServer> plain =
        vertx
            .createHttpServer()
            .requestHandler(router)
            .listen(Integer.getInteger("port", 8080), HOST);
    Integer securePort = Integer.getInteger("tls.port");
    if (securePort == null) {
      return plain;
    }
    PfxOptions key =
        new PfxOptions()
            .setPath(System.getProperty("key.store"))
            .setPassword(System.getProperty("key.password"));
    HttpServerOptions options =
        new HttpServerOptions().setSsl(true).setUseAlpn(true).setKeyCertOptions(key);
    return Future.all(
        plain, vertx.createHttpServer(options).requestHandler(router).listen(securePort, HOST));
  }

  @Override
  public Future<?> stop() {
    System.out.println("stopped");
    return Future.succeededFuture();
  }

  /** Sends the answer of another server. The connection to it is kept. */
  private void fetch(RoutingContext context) {
    client
        .request(HttpMethod.GET, Integer.parseInt(context.queryParam("port").get(0)), HOST, "/")
        .compose(HttpClientRequest::send)
        .compose(HttpClientResponse::body)
        .onSuccess(context::end)
        .onFailure(context::fail);
  }

  private String transport() {
    return vertx.isNativeTransportEnabled() ? "native" : "the JDK's";
  }

  private void greet(RoutingContext context) {
    ask(context).onSuccess(context::end).onFailure(context::fail);
  }

  private void greetInJson(RoutingContext context) {
    ask(context)
        .onSuccess(greeting -> context.json(new JsonObject().put("message", greeting)))
        .onFailure(context::fail);
  }

  private Future<String> ask(RoutingContext context) {
    return vertx
        .eventBus()
        .<String>request(GreetingVerticle.ADDRESS, context.queryParam("name").get(0))
        .map(Message::body);
  }

  /** Sends three numbers in a chunked answer. A timer starts each of them. */
  private void countDown(RoutingContext context) {
    context.response().setChunked(true);
    Future<Void> written = Future.succeededFuture();
    for (String number : List.of("3", "2", "1")) {
      written =
          written
              .compose(done -> vertx.timer(20))
              .compose(fired -> context.response().write(number + "\n"));
    }
    written.onSuccess(done -> context.end()).onFailure(context::fail);
  }
}
