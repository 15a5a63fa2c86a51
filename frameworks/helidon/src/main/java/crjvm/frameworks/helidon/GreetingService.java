package crjvm.frameworks.helidon;

import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import jakarta.json.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

/** The application's answers. Each request has a virtual thread, which may block. */
class GreetingService implements HttpService {
  private final AtomicLong visits = new AtomicLong();

  @Override
  public void routing(HttpRules rules) {
    rules
        .get("/greeting", (request, response) -> response.send(greeting(request)))
        .get("/greeting.json", this::greetInJson)
        .get("/countdown", this::countDown)
        .get("/visits", (request, response) -> response.send("" + visits.incrementAndGet()));
  }

  @Override
  public void afterStop() {
    System.out.println("stopped");
  }

  private void greetInJson(ServerRequest request, ServerResponse response) {
    response.send(Json.createObjectBuilder().add("message", greeting(request)).build());
  }

  /** Sends three numbers in a chunked answer, with a short pause before each. */
  private void countDown(ServerRequest request, ServerResponse response)
      throws IOException, InterruptedException {
    try (OutputStream out = response.outputStream()) {
      for (int number = 3; number > 0; number--) {
        Thread.sleep(20);
        out.write((number + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
      }
    }
  }

  private static String greeting(ServerRequest request) {
    return "Hello, " + request.query().get("name") + "!";
  }
}
