package crjvm.it.bench.registry;

import crjvm.it.app.FreePort;
import crjvm.it.bench.Await;
import crjvm.it.bench.Command;
import crjvm.it.bench.Http;
import crjvm.it.bench.Json;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.SetupFolder;
import crjvm.it.bench.Workbench;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Debian's docker-registry on loopback, for a test class, or another registry. The ordinary user
 * runs it.
 */
public final class RegistryServer {
  private static final Path PROGRAM = Path.of("/usr/bin/docker-registry");
  public static final String INDEX = "application/vnd.oci.image.index.v1+json";
  public static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";

  /** The registry that {@code it/registry/setup} has built. */
  private static final String OTHER = "go-registry";

  private final int port = FreePort.find();
  private final String scheme;
  private final HttpClient client;
  private final Path storage;
  private RunningProcess process;

  private RegistryServer(String scheme, HttpClient client, Path storage) {
    this.scheme = scheme;
    this.client = client;
    this.storage = storage;
  }

  public static RegistryServer start(Workbench bench) throws Exception {
    Path folder = bench.newFolder("registry");
    return new RegistryServer("http", HttpClient.newHttpClient(), folder.resolve("storage"))
        .start(bench, folder, "");
  }

  /** Starts a registry with TLS and one user. */
  public static RegistryServer start(Workbench bench, RegistryAccess access) throws Exception {
    Path folder = bench.newFolder("registry");
    HttpClient client = HttpClient.newBuilder().sslContext(access.context()).build();
    return new RegistryServer("https", client, folder.resolve("storage"))
        .start(
            bench,
            folder,
            String.format(
                ", tls: {certificate: '%s', key: '%s'}}\n"
                    + "auth: {htpasswd: {realm: registry, path: '%s'}",
                access.certificate(), access.key(), access.passwords()));
  }

  /** Starts a registry without TLS for users whom a token server lets in. */
  public static RegistryServer start(Workbench bench, RegistryAccess access, TokenServer tokens)
      throws Exception {
    Path folder = bench.newFolder("registry");
    return new RegistryServer("http", HttpClient.newHttpClient(), folder.resolve("storage"))
        .start(
            bench,
            folder,
            String.format(
                "}\nauth: {token: {realm: '%s', service: \"%s\", issuer: '%s',"
                    + " rootcertbundle: '%s'}",
                tokens.realm(), TokenServer.SERVICE, TokenServer.ISSUER, access.certificate()));
  }

  /**
   * Starts the registry of go-containerregistry, which keeps everything in memory. It has no
   * folder, so only what goes over the network can be looked at. Without the program, which {@code
   * it/registry/setup} makes, the result is null, so that other tests of a class can go on.
   */
  public static RegistryServer startOther(Workbench bench) throws Exception {
    Path program = SetupFolder.of("registry").resolve(OTHER);
    if (!Files.isExecutable(program)) {
      return null;
    }
    Path folder = bench.newFolder("other-registry");
    RegistryServer server =
        new RegistryServer("http", HttpClient.newHttpClient(), folder.resolve("none"));
    return server.await(new Command(bench, folder).add(program, "-port", server.port));
  }

  /** Starts another server of the same content, at an address of its own. */
  public RegistryServer another(Workbench bench) throws Exception {
    return new RegistryServer(scheme, client, storage)
        .start(bench, bench.newFolder("another-registry"), "");
  }

  /** Stops the server, as if it or the network to it had failed. */
  public void stop() {
    process.kill();
    process.awaitKilled();
  }

  private RegistryServer start(Workbench bench, Path folder, String access) throws Exception {
    Requirement.need(Files.isExecutable(PROGRAM), "there is no docker-registry; install it");
    Path configuration = folder.resolve("config.yml");
    Files.writeString(
        configuration,
        String.join(
            "\n",
            "version: 0.1",
            "log: {level: error}",
            "storage:",
            "  filesystem: {rootdirectory: " + storage + "}",
            "http: {addr: '127.0.0.1:" + port + "'" + access + "}",
            ""));
    return await(command(bench, configuration));
  }

  private RegistryServer await(Command command) throws Exception {
    process = command.start("registry");
    Await.until(
        Http.START_LIMIT,
        "the registry",
        () -> {
          if (!process.isAlive()) {
            throw new AssertionError("it ended\n" + process.describe());
          }
          return answers();
        },
        process::describe);
    return this;
  }

  /** Starts the same registry under the same address in another network as well. */
  public void startIn(UnaryOperator<Command> network, Workbench bench) throws Exception {
    Path folder = storage.getParent();
    RunningProcess another =
        network.apply(command(bench, folder.resolve("config.yml"))).start("registry-in-network");
    Command question =
        network.apply(
            new Command(bench, folder).add("curl", "-sf", "-o", "/dev/null", uri("/v2/")));
    Await.until(
        Http.START_LIMIT,
        "the registry in another network",
        () -> {
          if (!another.isAlive()) {
            throw new AssertionError("it ended\n" + another.describe());
          }
          return question.run("question").awaitExit() == 0;
        },
        another::describe);
  }

  private static Command command(Workbench bench, Path configuration) {
    return new Command(bench, configuration.getParent()).add(PROGRAM, "serve", configuration);
  }

  private boolean answers() throws InterruptedException {
    try {
      int status = send(HttpRequest.newBuilder(uri("/v2/"))).statusCode();
      return status == 200 || status == 401;
    } catch (IOException e) {
      return false;
    }
  }

  private URI uri(String path) {
    return URI.create(scheme + "://127.0.0.1:" + port + path);
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /** Returns the registry's log so far, which also tells of broken connections. */
  public String log() {
    return process.stderr() + process.stdout();
  }

  /** Returns the digests of the blobs that clients have asked for, in that order. */
  public List<String> requestedBlobs() {
    return requests("GET /v2/\\S+/blobs/(sha256:[0-9a-f]{64})");
  }

  /**
   * Returns a part of the requests so far.
   *
   * @param pattern the beginning of a request, with one group
   */
  public List<String> requests(String pattern) {
    return Pattern.compile("\"" + pattern)
        .matcher(log())
        .results()
        .map(match -> match.group(1))
        .toList();
  }

  public int port() {
    return port;
  }

  /** Returns HOST, with the port. */
  public String host() {
    return "127.0.0.1:" + port;
  }

  /** Returns HOST/NAME:TAG. */
  public String place(String nameAndTag) {
    return host() + "/" + nameAndTag;
  }

  /** Returns the registry's files with their sizes in bytes. */
  public Map<Path, Long> blobs() throws IOException {
    Map<Path, Long> blobs = new HashMap<>();
    Path folder = storage.resolve("docker/registry/v2/blobs");
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.filter(each -> each.endsWith("data")).toList()) {
          blobs.put(file, Files.size(file));
        }
      }
    }
    return blobs;
  }

  /** Returns the uploads that have begun and not ended. */
  public List<Path> uploads() throws IOException {
    Path folder = storage.resolve("docker/registry/v2/repositories");
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(each -> each.endsWith("startedat")).toList();
    }
  }

  public Path blob(String digest) {
    String hash = digest.substring("sha256:".length());
    return storage
        .resolve("docker/registry/v2/blobs/sha256")
        .resolve(hash.substring(0, 2))
        .resolve(hash)
        .resolve("data");
  }

  /** Returns the text that a tag stands for. */
  public String index(String name, String tag) throws IOException, InterruptedException {
    return get(name, tag, INDEX);
  }

  private String get(String name, String reference, String type)
      throws IOException, InterruptedException {
    String path = "/v2/" + name + "/manifests/" + reference;
    HttpResponse<String> response = send(HttpRequest.newBuilder(uri(path)).header("Accept", type));
    if (response.statusCode() != 200) {
      throw new AssertionError(path + ": " + response.statusCode() + " " + response.body());
    }
    return response.body();
  }

  /** Returns the text of a variant's manifest. */
  public String manifest(String name, String digest) throws IOException, InterruptedException {
    return get(name, digest, MANIFEST);
  }

  /** Lets a tag stand for another text, as everybody can who may write to a registry. */
  public void putIndex(String name, String tag, String text)
      throws IOException, InterruptedException {
    put(name, tag, INDEX, text);
  }

  /** Stores a manifest and returns its digest. */
  public String putManifest(String name, String tag, String text)
      throws IOException, InterruptedException {
    return put(name, tag, MANIFEST, text);
  }

  private String put(String name, String tag, String type, String text)
      throws IOException, InterruptedException {
    HttpResponse<String> response =
        send(
            HttpRequest.newBuilder(uri("/v2/" + name + "/manifests/" + tag))
                .header("Content-Type", type)
                .PUT(HttpRequest.BodyPublishers.ofString(text)));
    if (response.statusCode() != 201) {
      throw new AssertionError(response.statusCode() + " " + response.body());
    }
    return response.headers().firstValue("Docker-Content-Digest").orElseThrow();
  }

  /** Stores a blob under a name and returns its digest. */
  public String putBlob(String name, byte[] bytes) throws Exception {
    String digest =
        "sha256:" + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    URI uploads = uri("/v2/" + name + "/blobs/uploads/");
    HttpResponse<String> begun =
        send(HttpRequest.newBuilder(uploads).POST(HttpRequest.BodyPublishers.noBody()));
    String place = uploads.resolve(begun.headers().firstValue("Location").orElseThrow()).toString();
    HttpResponse<String> response =
        send(
            HttpRequest.newBuilder(URI.create(place + "&digest=" + digest))
                .header("Content-Type", "application/octet-stream")
                .PUT(HttpRequest.BodyPublishers.ofByteArray(bytes)));
    if (response.statusCode() != 201) {
      throw new AssertionError(response.statusCode() + " " + response.body());
    }
    return digest;
  }

  /** Returns the digests of the variants of a tag. */
  public List<String> variants(String name, String tag) throws IOException, InterruptedException {
    List<String> digests = new ArrayList<>();
    for (Object each : Json.list(Json.map(Json.parse(index(name, tag))).get("manifests"))) {
      digests.add((String) Json.map(each).get("digest"));
    }
    return digests;
  }

  /** Returns the MiB that all layers of a variant need on the network. */
  public double size(String name, String variant) throws IOException, InterruptedException {
    double size = 0;
    Object manifest = Json.parse(manifest(name, variant));
    for (Object layer : Json.list(Json.map(manifest).get("layers"))) {
      size += ((Number) Json.map(layer).get("size")).doubleValue();
    }
    return size / (1 << 20);
  }

  /** Returns the digest of the last layer of a file in a variant. */
  public String block(String name, String variant, String file)
      throws IOException, InterruptedException {
    String found = null;
    Object manifest = Json.parse(manifest(name, variant));
    for (Object layer : Json.list(Json.map(manifest).get("layers"))) {
      Map<String, Object> annotations = Json.map(Json.map(layer).get("annotations"));
      if (((String) annotations.get("crjvm.blocks")).startsWith(file + " ")) {
        found = (String) Json.map(layer).get("digest");
      }
    }
    return found;
  }
}
