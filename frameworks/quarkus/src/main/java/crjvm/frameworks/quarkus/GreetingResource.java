package crjvm.frameworks.quarkus;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestStreamElementType;

/** The application's answers. */
@Path("/")
public class GreetingResource {
  private static final Duration MOMENT = Duration.ofMillis(20);

  @Inject GreetingService greetings;

  /** Answers in a worker thread. */
  @GET
  @Path("greeting")
  @Produces(MediaType.TEXT_PLAIN)
  public String greeting(@RestQuery String name) {
    return greetings.greet(name);
  }

  /** Answers in an event loop after a short delay. */
  @GET
  @Path("greeting.json")
  public Uni<Greeting> greetingInJson(@RestQuery String name) {
    return Uni.createFrom().item(new Greeting(greetings.greet(name))).onItem().delayIt().by(MOMENT);
  }

  /** Sends three numbers as server-sent events. A timer starts each of them. */
  @GET
  @Path("countdown")
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @RestStreamElementType(MediaType.TEXT_PLAIN)
  public Multi<Long> countdown() {
    return Multi.createFrom().items(3L, 2L, 1L).onItem().call(this::aMoment);
  }

  @GET
  @Path("visits")
  @Produces(MediaType.TEXT_PLAIN)
  public long visits() {
    return greetings.countVisit();
  }

  private Uni<Void> aMoment() {
    return Uni.createFrom().voidItem().onItem().delayIt().by(MOMENT);
  }
}
