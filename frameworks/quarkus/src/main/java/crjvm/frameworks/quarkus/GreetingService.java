package crjvm.frameworks.quarkus;

import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The application's state. */
@ApplicationScoped
class GreetingService {
  @ConfigProperty(name = "greeting", defaultValue = "Hello")
  String greeting;

  private final AtomicLong visits = new AtomicLong();

  String greet(String name) {
    return greeting + ", " + name + "!";
  }

  long countVisit() {
    return visits.incrementAndGet();
  }

  void stopped(@Observes ShutdownEvent event) {
    System.out.println("stopped");
  }
}
