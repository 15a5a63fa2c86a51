package crjvm.examples.clinic;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;

/** Tests the application on a real port, with the diagnostics on. */
@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = "clinic.diagnostics=true",
    args = "--greeting=hello")
class RunningClinicTest {
  private final HttpClient client = HttpClient.newHttpClient();

  @LocalServerPort private int port;

  @Test
  void diagnosticsTellTheProcessesSurroundings() throws Exception {
    assertThat(get("/api/environment?name=PATH&property=java.version").body())
        .contains("\"environment\":\"" + System.getenv("PATH") + "\"")
        .contains("\"property\":\"" + System.getProperty("java.version") + "\"")
        .contains("\"pid\":" + ProcessHandle.current().pid())
        .contains("\"startArguments\":[\"--greeting=hello\"");
  }

  @Test
  void actuatorTellsHealthInfoAndMetrics() throws Exception {
    assertThat(get("/actuator/health").body()).contains("\"status\":\"UP\"");
    assertThat(get("/actuator/info").body()).contains("\"java\"");
    assertThat(get("/actuator/metrics/hikaricp.connections").body()).contains("VALUE");
  }

  @Test
  void styleSheetIsServed() throws Exception {
    HttpResponse<String> response = get("/css/clinic.css");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type")).hasValue("text/css");
  }

  @Test
  void browserGetsAnErrorPage() throws Exception {
    HttpResponse<String> response = get("/nonsense");
    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(response.body()).contains("<h1>404 Not Found</h1>");
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
            .header("Accept", "text/html, */*")
            .timeout(Duration.ofSeconds(20))
            .build();
    return client.send(request, BodyHandlers.ofString());
  }
}
