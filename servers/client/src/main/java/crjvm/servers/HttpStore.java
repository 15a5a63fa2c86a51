package crjvm.servers;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;

/** A client of {@link StoreServer}. */
final class HttpStore implements Store {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final HttpClient client = HttpClient.newHttpClient();
  private final String address;

  HttpStore(int port) {
    address = "http://localhost:" + port;
  }

  private String ask(String path) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(URI.create(address + path)).timeout(LIMIT).build();
    var response = client.send(request, BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException(path + " answers " + response.statusCode() + ": " + response.body());
    }
    return response.body();
  }

  @Override
  public void add(int number) throws IOException, InterruptedException {
    ask("/add?number=" + number);
  }

  @Override
  public List<Integer> numbers() throws IOException, InterruptedException {
    return ask("/numbers").lines().map(Integer::valueOf).toList();
  }

  @Override
  public void close() {}
}
