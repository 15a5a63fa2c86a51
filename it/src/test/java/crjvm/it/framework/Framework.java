package crjvm.it.framework;

import crjvm.it.bench.Jdk;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * A row of the table of frameworks: an application of frameworks/, how it is started, warmed up and
 * asked. In all options and addresses PORT stands for the port that the application listens on.
 */
public final class Framework {
  /** What the copies have to go on from. */
  static final int VISITS = 3;

  /** A question of a row's own, to the normal start and to each copy. */
  interface Check {
    void check(FrameworkProcess process) throws Exception;
  }

  /** A question to all copies together. */
  interface CopiesCheck {
    void check(List<FrameworkProcess> copies) throws Exception;
  }

  /** A question to further copies. */
  interface RestoreCheck {
    void check(FrameworkRun.Restorer restorer) throws Exception;
  }

  /**
   * A library that the application also shows, with a row of its own.
   *
   * @param library the one whose version is its release; null for what is the JDK's
   * @param result what the row's checks have seen
   */
  record Part(String name, String library, String application, String result) {}

  private final String name;
  private final String module;
  private final List<Supplier<List<String>>> options = new ArrayList<>();
  private final List<String> agentOptions = new ArrayList<>();
  private final List<String> paths = new ArrayList<>(List.of("/greeting?name=World"));
  private final List<String> warmUp =
      new ArrayList<>(List.of("/greeting?name=warm-up*20", "/visits*" + VISITS));
  private final List<Check> checks = new ArrayList<>();
  private final List<CopiesCheck> copiesChecks = new ArrayList<>();
  private final List<RestoreCheck> restoreChecks = new ArrayList<>();
  private final List<Part> parts = new ArrayList<>();
  private boolean isSecure;
  private String application = "";
  private String jar = "application.jar";
  private String library;
  private String warmPoint = "port:PORT";
  private String portLine;
  private String farewell = "";
  private boolean usesDatabase;
  private int oldestJdk = 17;

  /**
   * A framework's row.
   *
   * @param name as its users know it
   * @param module the folder in frameworks/
   */
  public Framework(String name, String module) {
    this.name = name;
    this.module = module;
    this.library = module;
  }

  /** For the table: what the application is made of. */
  Framework with(String parts) {
    application = parts;
    return this;
  }

  /** In the module's target folder; {@code application.jar}, unless given. */
  Framework jar(String file) {
    jar = file;
    return this;
  }

  /** The library whose version is the framework's release; the module's name, unless given. */
  Framework releaseOf(String artifact) {
    library = artifact;
    return this;
  }

  /** How the application is told its port: {@code -Dserver.port=PORT}; and other java options. */
  public Framework java(String... words) {
    return java(() -> List.of(words));
  }

  /** Java options that are known only when the row is tested. */
  public Framework java(Supplier<List<String>> words) {
    options.add(words);
    return this;
  }

  /** The test has to start the database first. */
  Framework withDatabase() {
    usesDatabase = true;
    return this;
  }

  /** The agent's {@code at=}; {@code port:PORT}, unless given. */
  Framework at(String value) {
    warmPoint = value;
    return this;
  }

  /** Further options of the agent. */
  Framework agent(String... words) {
    agentOptions.addAll(List.of(words));
    return this;
  }

  /** Further paths that a copy has to answer as the normal start does; warmed up, too. */
  Framework asks(String... more) {
    for (String path : more) {
      paths.add(path);
      warmUp.add(path + "*5");
    }
    return this;
  }

  /** The checkpoint is made before the application serves; visits begin in every copy. */
  Framework isCold() {
    warmUp.clear();
    return this;
  }

  /**
   * For one that opens its port only after the restore, so that {@code --listen} can't move it: a
   * regular expression for what it writes to standard output, with the port as its group.
   */
  Framework tellsItsPort(String line) {
    portLine = line;
    return this;
  }

  /** A further question. */
  Framework checks(Check check) {
    checks.add(check);
    return this;
  }

  /** A question to the copies, after those to each. */
  Framework checksCopies(CopiesCheck check) {
    copiesChecks.add(check);
    return this;
  }

  /** What needs further copies, after the others have ended. */
  Framework checksRestores(RestoreCheck check) {
    restoreChecks.add(check);
    return this;
  }

  /**
   * Serves HTTP/2 over TLS, too, on {@code -Dtls.port} with {@link ServerKey}; warmed up and asked.
   */
  Framework secure() {
    isSecure = true;
    checks(SecureChecks::servesHttp2);
    return checksCopies(SecureChecks::copiesShareNoSessions);
  }

  /** A further row, of what the application is made of. */
  Framework shows(String part, String artifact, String what, String result) {
    parts.add(new Part(part, artifact, what, result));
    return this;
  }

  /**
   * What the application, or its framework, writes when it is stopped; PID stands for its process
   * id.
   */
  public Framework says(String text) {
    farewell = text;
    return this;
  }

  /** For a framework that does not run on JDK 17. */
  Framework from(int jdk) {
    oldestJdk = jdk;
    return this;
  }

  String name() {
    return name;
  }

  String module() {
    return module;
  }

  String application() {
    return application;
  }

  String jar() {
    return jar;
  }

  String library() {
    return library;
  }

  String warmPoint() {
    return warmPoint;
  }

  List<String> paths() {
    return paths;
  }

  List<Check> checks() {
    return checks;
  }

  List<CopiesCheck> copiesChecks() {
    return copiesChecks;
  }

  List<RestoreCheck> restoreChecks() {
    return restoreChecks;
  }

  List<Part> parts() {
    return parts;
  }

  boolean isSecure() {
    return isSecure;
  }

  String portLine() {
    return portLine;
  }

  String farewell(long pid) {
    return farewell.replace("PID", Long.toString(pid));
  }

  boolean usesDatabase() {
    return usesDatabase;
  }

  boolean runsOn(Jdk jdk) {
    return jdk.major() >= oldestJdk;
  }

  boolean isWarmed() {
    return !warmUp.isEmpty();
  }

  List<String> options(int port) {
    return options.stream()
        .flatMap(some -> some.get().stream())
        .map(option -> withPort(option, port))
        .toList();
  }

  /** All that the agent needs but the image. */
  String agentOptions(int port, int securePort) {
    List<String> words = new ArrayList<>(List.of("at=" + warmPoint, "quiet=5s"));
    words.addAll(agentOptions);
    if (isWarmed()) {
      List<String> requests =
          new ArrayList<>(
              warmUp.stream().map(request -> "http://localhost:PORT" + request).toList());
      if (isSecure) {
        requests.add("https://localhost:" + securePort + "/greeting?name=warm-up*20");
      }
      words.add("warmup=" + String.join(";", requests));
    }
    return withPort(String.join(",", words), port);
  }

  private static String withPort(String text, int port) {
    return text.replace("PORT", Integer.toString(port));
  }

  @Override
  public String toString() {
    return module + (warmPoint.startsWith("port:") ? "" : " at " + warmPoint);
  }
}
