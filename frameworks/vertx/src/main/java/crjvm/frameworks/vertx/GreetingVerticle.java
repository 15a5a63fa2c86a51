package crjvm.frameworks.vertx;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/** Answers names with greetings, which a worker thread makes. */
class GreetingVerticle extends VerticleBase {
  static final String ADDRESS = "greetings";

  @Override
  public Future<?> start() {
    return vertx
        .eventBus()
        .<String>consumer(ADDRESS)
        .handler(
            message ->
                vertx
                    .executeBlocking(() -> "Hello, " + message.body() + "!")
                    .onSuccess(message::reply)
                    .onFailure(failure -> message.fail(1, failure.getMessage())))
        .completion();
  }
}
