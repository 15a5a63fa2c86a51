package crjvm.frameworks.micronaut;

import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.time.Duration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What the application answers. */
@Controller
class GreetingController {
  private static final Duration MOMENT = Duration.ofMillis(20);

  private final GreetingService greetings;

  GreetingController(GreetingService greetings) {
    this.greetings = greetings;
  }

  /** By a thread that may block: a virtual one where the JDK has them. */
  @Get("/greeting")
  @Produces(MediaType.TEXT_PLAIN)
  @ExecuteOn(TaskExecutors.BLOCKING)
  String greeting(@QueryValue String name) {
    return greetings.greet(name);
  }

  /** By an event loop, a moment later. */
  @Get("/greeting.json")
  Mono<Greeting> greetingInJson(@QueryValue String name) {
    return Mono.just(new Greeting(greetings.greet(name))).delayElement(MOMENT);
  }

  /** Three numbers, each by a timer, as server-sent events. */
  @Get("/countdown")
  @Produces(MediaType.TEXT_EVENT_STREAM)
  Flux<Long> countdown() {
    return Flux.just(3L, 2L, 1L).delayElements(MOMENT);
  }

  @Get("/visits")
  @Produces(MediaType.TEXT_PLAIN)
  long visits() {
    return greetings.countVisit();
  }
}
