package crjvm.frameworks.micronaut;

import io.micronaut.context.annotation.Value;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicLong;

/** The application's state. */
@Singleton
class GreetingService {
  private final String greeting;
  private final AtomicLong visits = new AtomicLong();

  GreetingService(@Value("${greeting:Hello}") String greeting) {
    this.greeting = greeting;
  }

  String greet(String name) {
    return greeting + ", " + name + "!";
  }

  long countVisit() {
    return visits.incrementAndGet();
  }

  @PreDestroy
  void stop() {
    System.out.println("stopped");
  }
}
