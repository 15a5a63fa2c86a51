package crjvm.examples.hello;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests the endpoints on a real port. */
class HelloServerTest {
  private final HttpClient client = HttpClient.newHttpClient();
  private HelloServer server;

  @BeforeEach
  void start() throws IOException {
    server = new HelloServer(0, "--port 0 more");
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop();
  }

  @Test
  void greetingCountsRequests() throws Exception {
    assertAnswer("/", 200, "Hello, request 1");
    assertAnswer("/", 200, "Hello, request 2");
  }

  @Test
  void processIsDescribedAsItIs() throws Exception {
    assertAnswer("/env?name=PATH", 200, System.getenv("PATH"));
    assertAnswer("/exec?name=PATH", 200, System.getenv("PATH"));
    assertAnswer("/property?name=java.version", 200, System.getProperty("java.version"));
    assertAnswer("/args", 200, "--port 0 more");
    assertAnswer("/pid", 200, Long.toString(ProcessHandle.current().pid()));
    assertAnswer("/cwd", 200, Path.of("").toAbsolutePath().toString());
  }

  @Test
  void filesOutsideTheWorkingDirectoryAreRefused() throws Exception {
    assertThat(get("/file?path=pom.xml").body()).contains("<modelVersion>");
    assertThat(get("/file?path=../../pom.xml").statusCode()).isEqualTo(400);
    assertThat(get("/file?path=/etc/hostname").statusCode()).isEqualTo(400);
    assertThat(get("/file?path=%00").statusCode()).isEqualTo(400);
    assertThat(get("/file?path=missing").statusCode()).isEqualTo(404);
  }

  @Test
  void childNeverGetsAnOption() throws Exception {
    assertThat(get("/exec?name=--version").statusCode()).isEqualTo(400);
  }

  @Test
  void missingThingsAreNamed() throws Exception {
    assertAnswer("/env", 400, "parameter \"name\" is missing");
    assertAnswer("/env?name=CRJVM_TEST_UNSET", 404, "not set");
    assertAnswer("/exec?name=CRJVM_TEST_UNSET", 404, "not set");
    assertAnswer("/nonsense", 404, "no such page");
  }

  private void assertAnswer(String path, int status, String text) throws Exception {
    HttpResponse<String> response = get(path);
    assertThat(response.body()).isEqualTo(text + "\n");
    assertThat(response.statusCode()).isEqualTo(status);
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + path))
            .timeout(Duration.ofSeconds(10))
            .build();
    return client.send(request, BodyHandlers.ofString());
  }
}
