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

/** The application's answers. */
@Controller
class GreetingController {
  private static final Duration MOMENT = Duration.ofMillis(20);

  private final GreetingService greetings;

  GreetingController(GreetingService greetings) {
    this.greetings = greetings;
  }

  /** Answers in a thread that may block, which is a virtual one if the JDK has them. */
  @Get("/greeting")
  @Produces(MediaType.TEXT_PLAIN)
  @ExecuteOn(TaskExecutors.BLOCKING)
  String greeting(@QueryValue String name) {
    return greetings.greet(name);
  }

  /** Answers in an event loop after a short delay. */
  @Get("/greeting.json")
  Mono<Greeting> greetingInJson(@QueryValue String name) {
    return Mono.just(new Greeting(greetings.greet(name))).delayElement(MOMENT);
  }

  /** Sends three numbers as server-sent events. A timer starts each of them. */
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
