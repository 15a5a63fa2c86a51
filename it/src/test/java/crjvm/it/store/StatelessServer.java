package crjvm.it.store;

import crjvm.it.bench.User;
import crjvm.it.bench.Workbench;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Servers that keep no data but change files nevertheless: logs that are rolled, folders that they
 * unpack, compiled pages, recordings.
 */
enum StatelessServer {
  JETTY("/greeting?name=ready") {
    @Override
    List<Object> words(Workbench bench, Path folder, int port) throws IOException {
      Path jar = bench.copyOfFramework("jetty", "application.jar");
      return List.of("-Dport=" + port, "-jar", jar);
    }

    /**
     * Returns the requests. Every third time they write a whole megabyte, after which Logback rolls
     * the file.
     */
    @Override
    List<String> requests(int turn) {
      int lines = turn % 3 == 0 ? 15_000 : 20;
      return List.of("/greeting?name=World", "/log?text=turn" + turn + "&lines=" + lines);
    }

    @Override
    Path log(Path folder) {
      return folder.resolve("logs/application.log");
    }

    @Override
    List<Path> logs(Path folder) throws IOException {
      return filesIn(folder.resolve("logs"), "application.");
    }
  },
  PAYARA("/application/index.jsp") {
    @Override
    List<Object> words(Workbench bench, Path folder, int port) throws IOException {
      Path jar = bench.copyOfServer("delivered", "payara-micro.jar");
      Path pages = folder.resolve("application");
      Files.createDirectories(pages.resolve("WEB-INF"));
      writePages(pages);
      return List.of(
          "-Xmx384m",
          "-Djava.io.tmpdir=" + User.ORDINARY.own(Files.createDirectories(folder.resolve("tmp"))),
          "-jar",
          jar,
          "--port",
          port,
          "--nohazelcast",
          "--accesslog",
          User.ORDINARY.own(Files.createDirectories(folder.resolve("access"))),
          "--logtofile",
          folder.resolve("payara.log"),
          "--deploy",
          pages);
    }

    /**
     * Returns false, because java.util.logging locks its file: copies would overwrite each other's
     * lines.
     */
    @Override
    boolean letsTwoLog() {
      return false;
    }

    @Override
    List<String> requests(int turn) {
      return List.of("/application/index.jsp", "/application/page-" + turn % PAGES + ".jsp");
    }

    @Override
    Path log(Path folder) {
      return folder.resolve("payara.log");
    }

    @Override
    List<Path> logs(Path folder) throws IOException {
      return filesIn(folder, "payara.log");
    }
  },
  /** Rolls its log each second, and when it has a few lines. */
  SPRING_BOOT("/") {
    @Override
    List<Object> words(Workbench bench, Path folder, int port) throws IOException {
      Path jar = bench.copyOf("examples/clinic/target/clinic.jar");
      String rolling = "--logging.logback.rollingpolicy.";
      return List.of(
          "-Xmx256m",
          "-jar",
          jar,
          "--server.port=" + port,
          "--logging.file.name=logs/clinic.log",
          "--logging.level.org.springframework.web=debug",
          rolling + "file-name-pattern=logs/clinic.%d{yyyy-MM-dd-HH-mm-ss}.%i.log",
          rolling + "max-file-size=10KB",
          rolling + "max-history=5");
    }

    @Override
    List<String> requests(int turn) {
      return List.of("/", "/patients", "/api/departments", "/");
    }

    @Override
    Path log(Path folder) {
      return folder.resolve("logs/clinic.log");
    }

    @Override
    List<Path> logs(Path folder) throws IOException {
      return filesIn(folder.resolve("logs"), "clinic.");
    }
  },
  /** Stores its sessions when it ends, and has an access log that is rolled each second. */
  TOMCAT("/index.jsp") {
    @Override
    List<Object> words(Workbench bench, Path folder, int port) throws IOException {
      Path home = bench.copyOfServer("delivered", "apache-tomcat-11.0.24");
      Path base = folder.resolve("base");
      if (!Files.exists(base)) {
        makeBase(home, base, port);
      }
      return List.of(
          "-Djava.util.logging.config.file=" + base.resolve("conf/logging.properties"),
          "-Djava.util.logging.manager=org.apache.juli.ClassLoaderLogManager",
          "-Djava.io.tmpdir=" + base.resolve("temp"),
          "-Dcatalina.home=" + home,
          "-Dcatalina.base=" + base,
          "-cp",
          home.resolve("bin/bootstrap.jar") + ":" + home.resolve("bin/tomcat-juli.jar"),
          "org.apache.catalina.startup.Bootstrap",
          "start");
    }

    private void makeBase(Path home, Path base, int port) throws IOException {
      Workbench.copy(home.resolve("conf"), base.resolve("conf"));
      Path server = base.resolve("conf/server.xml");
      Files.writeString(
          server,
          Files.readString(server)
              .replace("port=\"8005\"", "port=\"-1\"")
              .replace("port=\"8080\"", "address=\"127.0.0.1\" port=\"" + port + "\"")
              .replace("pattern=\"%h", "fileDateFormat=\".yyyy-MM-dd.HH-mm-ss\" pattern=\"%h"));
      Files.writeString(
          base.resolve("conf/context.xml"),
          "<Context><Manager pathname=\"SESSIONS.ser\" /></Context>\n");
      for (String name : List.of("logs", "temp", "work", "webapps/ROOT")) {
        Files.createDirectories(base.resolve(name));
      }
      writePages(base.resolve("webapps/ROOT"));
      try (var all = Files.walk(base)) {
        for (Path each : all.toList()) {
          User.ORDINARY.own(each);
        }
      }
    }

    @Override
    List<String> requests(int turn) {
      return List.of("/index.jsp", "/page-" + turn % PAGES + ".jsp", "/index.jsp");
    }

    @Override
    Path log(Path folder) throws IOException {
      return filesIn(folder.resolve("base/logs"), "catalina.").get(0);
    }

    @Override
    List<Path> logs(Path folder) throws IOException {
      return filesIn(folder.resolve("base/logs"), "localhost_access_log.");
    }
  },
  /** Has a recording and a log of the collector, which HotSpot rolls. */
  WIREMOCK("/hello") {
    @Override
    List<Object> words(Workbench bench, Path folder, int port) throws IOException {
      Path mappings = Files.createDirectories(folder.resolve("mappings"));
      Files.writeString(
          mappings.resolve("hello.json"),
          "{\"request\":{\"method\":\"GET\",\"url\":\"/hello\"},"
              + "\"response\":{\"status\":200,\"body\":\"hello\"}}");
      return List.of(
          "-XX:StartFlightRecording=filename=" + folder.resolve("wiremock.jfr"),
          "-Xlog:gc*:file=gc.log::filecount=3,filesize=8K",
          "-Xmx128m",
          "-jar",
          bench.copyOfServer("delivered", "wiremock.jar"),
          "--port",
          port,
          "--bind-address",
          "127.0.0.1");
    }

    @Override
    List<String> requests(int turn) {
      return List.of("/hello", "/__admin/mappings", "/hello");
    }

    @Override
    Path log(Path folder) {
      return folder.resolve("gc.log");
    }

    @Override
    List<Path> logs(Path folder) throws IOException {
      return filesIn(folder, "gc.log");
    }
  };

  static final int PAGES = 7;

  private final String ready;

  StatelessServer(String ready) {
    this.ready = ready;
  }

  /** Returns the text that the server prints when it is ready. */
  String ready() {
    return ready;
  }

  /** Returns whether two processes may write to one log at the same time. */
  boolean letsTwoLog() {
    return true;
  }

  /** Returns the words of the java command, for a folder of its own. */
  abstract List<Object> words(Workbench bench, Path folder, int port) throws IOException;

  /** Returns the requests to each copy. */
  abstract List<String> requests(int turn);

  /** Returns the log that others may move away or empty. */
  abstract Path log(Path folder) throws IOException;

  /** Returns all existing logs, the rolled ones included. */
  abstract List<Path> logs(Path folder) throws IOException;

  private static List<Path> filesIn(Path folder, String beginning) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(beginning))
          .sorted()
          .toList();
    }
  }

  /** Writes pages that are compiled at the first request. */
  static void writePages(Path folder) throws IOException {
    String page = "<%@page session=\"true\"%><%= session.getId() %> has page %d\n";
    Files.writeString(folder.resolve("index.jsp"), page.replace("%d", "0"));
    for (int i = 0; i < PAGES; i++) {
      Files.writeString(folder.resolve("page-" + i + ".jsp"), page.replace("%d", "" + i));
    }
  }
}
