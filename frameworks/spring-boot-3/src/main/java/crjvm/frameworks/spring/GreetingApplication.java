package crjvm.frameworks.spring;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Greets, counts visits, and keeps notes in a database. */
@SpringBootApplication
public class GreetingApplication {
  /** Starts the application. */
  public static void main(String[] arguments) {
    SpringApplication.run(GreetingApplication.class, arguments);
  }
}
