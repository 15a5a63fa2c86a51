package crjvm.oci.registry;

import crjvm.image.ImageException;
import crjvm.image.manifest.Names;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The access that a registry grants: without anything, with a password, or with a token for one
 * repository. It is requested before any work, so that nothing is done in vain for a registry that
 * will refuse. The password is sent only where this is allowed.
 */
public final class Access {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Pattern PARAMETER = Pattern.compile("([A-Za-z_]+)=\"([^\"]*)\"");
  private static final JsonMapper JSON = new JsonMapper();

  /** The lifetime of a token that every client assumes if the registry says none. */
  private static final int USUAL_SECONDS = 60;

  private static final int TLS_PORT = 443;
  private static final int PLAIN_PORT = 80;

  private static final int OK = 200;
  private static final int ACCEPTED = 202;
  private static final int BAD_REQUEST = 400;
  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;

  private final Repository repository;
  private final String actions;
  private final Login.Search search;
  private final HttpClient client;

  /** The parameters of the registry's request for a token. */
  private Map<String, String> challenge = Map.of();

  private String header = "";
  private long renewal;

  private Access(Repository repository, String actions) throws ImageException {
    this.repository = repository;
    this.actions = actions;
    this.search = Login.find(repository.registry());
    this.client = HttpClient.newBuilder().connectTimeout(LIMIT).build();
  }

  /** Asks for access for reading the content of a tag or a digest, if it exists. */
  public static Access toRead(Repository repository, String reference)
      throws ImageException, InterruptedException {
    Access access = new Access(repository, "pull");
    access.ask("HEAD", repository.uri("/manifests/" + reference));
    return access;
  }

  /**
   * Asks for access for writing.
   *
   * @throws ImageException if the registry refuses; it is asked for an upload, which is then
   *     cancelled
   */
  public static Access toWrite(Repository repository) throws ImageException, InterruptedException {
    Access access = new Access(repository, "pull,push");
    URI uri = repository.uri("/blobs/uploads/");
    HttpResponse<String> response = access.ask("POST", uri);
    if (response.statusCode() != ACCEPTED) {
      throw RegistryFailure.answered(repository.shown(), words(response), null);
    }
    access.cancel(uri, response);
    return access;
  }

  /**
   * Returns the value of the header Authorization, or an empty string if the registry requires
   * none.
   */
  public synchronized String header() throws ImageException, InterruptedException {
    if (!challenge.isEmpty() && System.nanoTime() - renewal > 0) {
      fetchToken();
    }
    return header;
  }

  private HttpResponse<String> ask(String method, URI uri)
      throws ImageException, InterruptedException {
    HttpResponse<String> response = send(method, uri, "", "");
    if (response.statusCode() == UNAUTHORIZED && authenticate(response)) {
      response = send(method, uri, header, "");
    }
    if (response.statusCode() == UNAUTHORIZED || response.statusCode() == FORBIDDEN) {
      throw RegistryFailure.refused(repository.shown(), search.trouble(), null);
    } else if (response.statusCode() == BAD_REQUEST
        && repository.isPlain()
        && Transport.speaksTls(repository.registry())) {
      throw RegistryFailure.notPlain(repository.shown(), uri);
    }
    return response;
  }

  /**
   * Gets the header that the registry requires.
   *
   * @return false if there is none
   */
  private synchronized boolean authenticate(HttpResponse<String> response)
      throws ImageException, InterruptedException {
    for (String each : response.headers().allValues("WWW-Authenticate")) {
      if (each.regionMatches(true, 0, "Bearer ", 0, "Bearer ".length())) {
        challenge = parameters(each);
        fetchToken();
        return true;
      }
    }
    Optional<Login> login = search.login().filter(each -> !each.isIdentityToken());
    header = login.map(Login::basic).orElse("");
    return login.isPresent();
  }

  private static Map<String, String> parameters(String text) {
    Map<String, String> parameters = new HashMap<>();
    Matcher matcher = PARAMETER.matcher(text);
    while (matcher.find()) {
      parameters.put(matcher.group(1), matcher.group(2));
    }
    return parameters;
  }

  private void fetchToken() throws ImageException, InterruptedException {
    URI realm = realm();
    String question =
        "service="
            + encode(challenge.getOrDefault("service", repository.registry()))
            + "&scope="
            + encode("repository:" + repository.name() + ":" + actions);
    Login login = search.login().orElse(null);
    HttpResponse<String> response;
    if (login != null && login.isIdentityToken()) {
      String form =
          question
              + "&client_id=crjvm&grant_type=refresh_token&refresh_token="
              + encode(login.password());
      response = send("POST", realm, "", form);
    } else {
      String separator = realm.getRawQuery() == null ? "?" : "&";
      URI uri = URI.create(realm + separator + question);
      response = send("GET", uri, login == null ? "" : login.basic(), "");
    }
    if (response.statusCode() == UNAUTHORIZED || response.statusCode() == FORBIDDEN) {
      throw RegistryFailure.refused(repository.shown(), search.trouble(), null);
    } else if (response.statusCode() != OK) {
      throw RegistryFailure.answered(repository.shown(), words(response), null);
    }
    use(response.body());
  }

  /**
   * Returns the address that issues tokens. Without TLS, anybody who can see the requests would get
   * the password.
   */
  private URI realm() throws ImageException {
    URI realm;
    try {
      realm = URI.create(challenge.getOrDefault("realm", ""));
    } catch (IllegalArgumentException e) {
      realm = URI.create("");
    }
    String scheme = String.valueOf(realm.getScheme());
    if (realm.getHost() == null || !scheme.matches("https?")) {
      throw RegistryFailure.answered(
          repository.shown(), "it asks for a token and does not say of whom", null);
    }
    checkTls(realm);
    return realm;
  }

  private void checkTls(URI uri) throws ImageException {
    boolean isPlain = !"https".equals(uri.getScheme());
    if (isPlain && !Transport.isLoopback(uri.getRawAuthority()) && !repository.mayBePlain()) {
      throw new ImageException(
          "the registry wants the login for \""
              + repository.shown()
              + "\" sent to "
              + Names.quote(uri.toString())
              + ", without TLS; give --plain-http if you trust the network");
    }
  }

  private void use(String body) throws ImageException {
    try {
      JsonNode answer = JSON.readTree(body);
      JsonNode token = answer.has("token") ? answer.get("token") : answer.path("access_token");
      if (!token.isString() || !token.stringValue().matches("[\\x21-\\x7e]+")) {
        throw RegistryFailure.answered(repository.shown(), "it gave no token", null);
      }
      int seconds = answer.path("expires_in").asInt(USUAL_SECONDS);
      header = "Bearer " + token.stringValue();
      // The token is renewed long before it expires, because a request that is sent with it may
      // take time.
      renewal = System.nanoTime() + Duration.ofSeconds(seconds).toNanos() / 2;
    } catch (JacksonException e) {
      throw RegistryFailure.answered(repository.shown(), "it gave no token", e);
    }
  }

  private HttpResponse<String> send(String method, URI uri, String authorization, String form)
      throws ImageException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(LIMIT);
    request.method(
        method, form.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(form));
    if (!form.isEmpty()) {
      request.header("Content-Type", "application/x-www-form-urlencoded");
    }
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }
    request.header("User-Agent", "crjvm");
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw RegistryFailure.of(repository.shown(), uri, e);
    }
  }

  /**
   * Cancels an upload. Registries forget uploads that nobody continues, but only after days.
   *
   * @throws ImageException if the upload would not go to the registry itself, which could choose
   *     any address that this machine reaches
   */
  private void cancel(URI asked, HttpResponse<String> response)
      throws ImageException, InterruptedException {
    URI upload;
    try {
      upload = asked.resolve(response.headers().firstValue("Location").orElse(""));
    } catch (IllegalArgumentException e) {
      throw RegistryFailure.answered(repository.shown(), "it does not say where to upload", e);
    }
    if (!isSameOrigin(asked, upload)) {
      throw new ImageException(
          "the registry wants the upload of \""
              + repository.shown()
              + "\" sent to "
              + Names.quote(upload.toString())
              + ", which is not its own address; have the registry's external address corrected");
    }
    try {
      send("DELETE", upload, header(), "");
    } catch (ImageException e) {
      // The registry has said that it would accept an upload, and nothing else was the question.
    }
  }

  /** Returns whether two addresses have the same scheme, host and port. */
  static boolean isSameOrigin(URI one, URI other) {
    return one.getHost() != null
        && one.getHost().equalsIgnoreCase(other.getHost())
        && one.getScheme().equalsIgnoreCase(other.getScheme())
        && port(one) == port(other)
        && other.getRawUserInfo() == null;
  }

  private static int port(URI uri) {
    int standard = "https".equalsIgnoreCase(uri.getScheme()) ? TLS_PORT : PLAIN_PORT;
    return uri.getPort() < 0 ? standard : uri.getPort();
  }

  /** Returns the registry's own words if it has sent them in the format of the specification. */
  private static String words(HttpResponse<String> response) {
    String status = "status " + response.statusCode();
    try {
      JsonNode error = JSON.readTree(response.body()).path("errors").path(0);
      String message = error.path("message").asString(error.path("code").asString(""));
      return message.isEmpty() ? status : message + ", " + status;
    } catch (JacksonException e) {
      return status;
    }
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
