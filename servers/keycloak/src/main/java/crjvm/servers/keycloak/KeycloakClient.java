package crjvm.servers.keycloak;

import crjvm.servers.Store;
import crjvm.servers.StoreClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Users of Keycloak, through its administrative interface. In its database each user is a row. */
public final class KeycloakClient implements Store {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Pattern TOKEN = Pattern.compile("\"access_token\":\"([^\"]+)\"");
  private static final Pattern USER = Pattern.compile("\"username\":\"entry-(\\d+)\"");
  private static final String MOST = "1000000";

  private final HttpClient client = HttpClient.newHttpClient();
  private final String address;
  private String token = "none";

  private KeycloakClient(int port) {
    address = "http://localhost:" + port;
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.timeout(LIMIT).build(), BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(address + path));
  }

  /** Sends a request. It signs in first if there is no token yet or the token has expired. */
  private HttpResponse<String> ask(HttpRequest.Builder request, int expected)
      throws IOException, InterruptedException {
    HttpResponse<String> response = send(request.setHeader("Authorization", "Bearer " + token));
    if (response.statusCode() == 401) {
      signIn();
      response = send(request.setHeader("Authorization", "Bearer " + token));
    }
    if (response.statusCode() != expected) {
      throw new IOException("status " + response.statusCode() + ": " + response.body());
    }
    return response;
  }

  private void signIn() throws IOException, InterruptedException {
    String form = "client_id=admin-cli&grant_type=password&username=admin&password=admin";
    HttpResponse<String> response =
        send(
            request("/realms/master/protocol/openid-connect/token")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form)));
    Matcher matcher = TOKEN.matcher(response.body());
    if (!matcher.find()) {
      throw new IOException("status " + response.statusCode() + ": " + response.body());
    }
    token = matcher.group(1);
  }

  @Override
  public void add(int number) throws IOException, InterruptedException {
    String user = "{\"username\":\"entry-" + number + "\",\"enabled\":true}";
    ask(
        request("/admin/realms/master/users")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(user)),
        201);
  }

  @Override
  public List<Integer> numbers() throws IOException, InterruptedException {
    List<Integer> numbers = new ArrayList<>();
    String query = "/admin/realms/master/users?briefRepresentation=true&max=" + MOST;
    Matcher matcher = USER.matcher(ask(request(query), 200).body());
    while (matcher.find()) {
      numbers.add(Integer.valueOf(matcher.group(1)));
    }
    return numbers;
  }

  @Override
  public void close() {}

  public static void main(String[] args) {
    StoreClient.run(KeycloakClient::new, args);
  }
}
