package crjvm.it.bench.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A token server for a registry. It gives a user tokens for repositories below {@code team/}, in
 * exchange for a password or an identity token. It signs them so that the registry accepts them.
 */
public final class TokenServer implements AutoCloseable {
  static final String SERVICE = "it's registry";
  static final String ISSUER = "it";

  /** The token that a login can have in place of a password. In a form it has to be encoded. */
  public static final String IDENTITY_TOKEN = "identity/token+of=a&%2Bserver";

  private static final int LIFE_SECONDS = 300;

  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final PrivateKey key;
  private final String certificate;
  private final HttpServer server;

  public TokenServer(RegistryAccess access) throws Exception {
    key =
        KeyFactory.getInstance("EC")
            .generatePrivate(
                new PKCS8EncodedKeySpec(
                    Base64.getMimeDecoder().decode(pem(Files.readString(access.key())))));
    certificate = pem(Files.readString(access.certificate())).replace("\n", "");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    server.createContext("/token", this::answer);
    server.start();
  }

  private static String pem(String text) {
    return text.replaceAll("-----.*-----", "").strip();
  }

  String realm() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/token";
  }

  /** Returns the methods and scopes of the requests. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String query =
        exchange.getRequestMethod().equals("POST")
            ? new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)
            : exchange.getRequestURI().getRawQuery();
    Map<String, String> parameters = parameters(query);
    requests.add(exchange.getRequestMethod() + " " + parameters.get("scope"));
    boolean isKnown =
        parameters.containsKey("refresh_token")
            ? parameters.get("refresh_token").equals(IDENTITY_TOKEN)
                && "refresh_token".equals(parameters.get("grant_type"))
            : basic().equals(exchange.getRequestHeaders().getFirst("Authorization"));
    boolean isRight = isKnown && SERVICE.equals(parameters.get("service"));
    byte[] body =
        (isRight ? token(parameters.get("scope")) : "{}").getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(isRight ? 200 : 401, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private static String basic() {
    String login = RegistryAccess.USER + ":" + RegistryAccess.PASSWORD;
    return "Basic " + base64(Base64.getEncoder(), login);
  }

  private static Map<String, String> parameters(String query) {
    Map<String, String> parameters = new HashMap<>();
    for (String each : query.split("&")) {
      String[] halves = each.split("=", 2);
      parameters.put(halves[0], URLDecoder.decode(halves[1], StandardCharsets.UTF_8));
    }
    return parameters;
  }

  /** Returns a token for a scope {@code repository:NAME:ACTION,ACTION}. */
  private String token(String scope) {
    String[] parts = scope.split(":");
    String access =
        parts[1].startsWith("team/")
            ? String.format(
                "{\"type\":\"repository\",\"name\":\"%s\",\"actions\":[\"%s\"]}",
                parts[1], parts[2].replace(",", "\",\""))
            : "";
    long now = Instant.now().getEpochSecond();
    String claims =
        String.format(
            "{\"iss\":\"%s\",\"sub\":\"%s\",\"aud\":\"%s\",\"iat\":%d,\"nbf\":%d,\"exp\":%d,"
                + "\"jti\":\"%s\",\"access\":[%s]}",
            ISSUER,
            RegistryAccess.USER,
            SERVICE,
            now,
            now,
            now + LIFE_SECONDS,
            UUID.randomUUID(),
            access);
    String header =
        String.format("{\"typ\":\"JWT\",\"alg\":\"ES256\",\"x5c\":[\"%s\"]}", certificate);
    Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
    String text = base64(encoder, header) + "." + base64(encoder, claims);
    return String.format(
        "{\"token\":\"%s.%s\",\"expires_in\":%d}",
        text, encoder.encodeToString(signed(text)), LIFE_SECONDS);
  }

  private static String base64(Base64.Encoder encoder, String text) {
    return encoder.encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private byte[] signed(String text) {
    try {
      Signature signature = Signature.getInstance("SHA256withECDSAinP1363Format");
      signature.initSign(key);
      signature.update(text.getBytes(StandardCharsets.US_ASCII));
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
