package crjvm.it.framework;

import crjvm.it.bench.Jdk;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * A row of the table of frameworks: an application of frameworks/, with the ways to start it, to
 * warm it up and to send requests. In all options and addresses, PORT stands for the port that the
 * application listens on.
 */
public final class Framework {
  /** The number of visits from which the copies have to go on. */
  static final int VISITS = 3;

  /** A check of one row, which runs on the normal start and on each copy. */
  interface Check {
    void check(FrameworkProcess process) throws Exception;
  }

  /** A check of all copies together. */
  interface CopiesCheck {
    void check(List<FrameworkProcess> copies) throws Exception;
  }

  /** A check that needs more copies. */
  interface RestoreCheck {
    void check(MoreCopies copies) throws Exception;
  }

  /**
   * A library that the application also shows, with a row of its own.
   *
   * @param library the one whose version is the release; null for a part of the JDK
   * @param result the words for what the row's checks have shown
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
   * Creates a framework's row.
   *
   * @param name the name that its users know
   * @param module the folder in frameworks/
   */
  public Framework(String name, String module) {
    this.name = name;
    this.module = module;
    this.library = module;
  }

  /** Sets the libraries of the application, for the table. */
  Framework with(String parts) {
    application = parts;
    return this;
  }

  /** Sets the jar in the module's target folder. The default is {@code application.jar}. */
  Framework jar(String file) {
    jar = file;
    return this;
  }

  /**
   * Sets the library whose version is the framework's release. The default is the module's name.
   */
  Framework releaseOf(String artifact) {
    library = artifact;
    return this;
  }

  /**
   * Adds java options: the one that tells the application its port ({@code -Dserver.port=PORT}),
   * and others.
   */
  public Framework java(String... words) {
    return java(() -> List.of(words));
  }

  /** Adds java options that are known only when the row is tested. */
  public Framework java(Supplier<List<String>> words) {
    options.add(words);
    return this;
  }

  /** Requires that the test starts the database first. */
  Framework withDatabase() {
    usesDatabase = true;
    return this;
  }

  /** Sets the agent's {@code at=}. The default is {@code port:PORT}. */
  Framework at(String value) {
    warmPoint = value;
    return this;
  }

  /** Adds options of the agent. */
  Framework agent(String... words) {
    agentOptions.addAll(List.of(words));
    return this;
  }

  /**
   * Adds paths to which a copy has to give the same answers as the normal start. They are part of
   * the warm-up, too.
   */
  Framework asks(String... more) {
    for (String path : more) {
      paths.add(path);
      warmUp.add(path + "*5");
    }
    return this;
  }

  /**
   * Sets that the checkpoint is made before the application serves. Visits then begin at zero in
   * every copy.
   */
  Framework isCold() {
    warmUp.clear();
    return this;
  }

  /**
   * Sets that the application opens its port only after the restore, so that {@code --listen} can't
   * move it. The regular expression matches the line on standard output that has the port as its
   * group.
   */
  Framework tellsItsPort(String line) {
    portLine = line;
    return this;
  }

  /** Adds a check. */
  Framework checks(Check check) {
    checks.add(check);
    return this;
  }

  /** Adds a check of all copies, which runs after those of each copy. */
  Framework checksCopies(CopiesCheck check) {
    copiesChecks.add(check);
    return this;
  }

  /** Adds a check that needs more copies. It runs after the others have ended. */
  Framework checksRestores(RestoreCheck check) {
    restoreChecks.add(check);
    return this;
  }

  /**
   * Sets that the application also serves HTTP/2 over TLS, on {@code -Dtls.port} with {@link
   * ServerKey}. The warm-up and the checks use that port, too.
   */
  Framework secure() {
    isSecure = true;
    checks(SecureChecks::servesHttp2);
    return checksCopies(SecureChecks::copiesShareNoSessions);
  }

  /** Adds a row for a library of the application. */
  Framework shows(String part, String artifact, String what, String result) {
    parts.add(new Part(part, artifact, what, result));
    return this;
  }

  /**
   * Sets the text that the application or its framework prints when it is stopped. PID stands for
   * its process id.
   */
  public Framework says(String text) {
    farewell = text;
    return this;
  }

  /** Sets the first JDK that the framework runs on, if that is later than 17. */
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

  /** Returns all options of the agent except the image. */
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
