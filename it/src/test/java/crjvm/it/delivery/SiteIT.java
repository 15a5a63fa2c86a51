package crjvm.it.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import crjvm.it.bench.Browser;
import crjvm.it.bench.Requirement;
import crjvm.it.bench.Workbench;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The site of the documents as a reader sees it in a browser. Its build follows all its links. */
@Tag("delivery")
class SiteIT {
  private static final Path ROOT = Path.of(System.getProperty("crjvm.it.root")).normalize();
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css",
          "js", "text/javascript",
          "svg", "image/svg+xml",
          "woff2", "font/woff2");

  @RegisterExtension static final Workbench BENCH = new Workbench();

  private static Path site;
  private static HttpServer server;

  @BeforeAll
  static void build() throws Exception {
    for (String tool : new String[] {"node", "npm"}) {
      Requirement.need(
          Files.isExecutable(Path.of("/usr/bin", tool)),
          "there is no " + tool + "; install the packages nodejs and npm");
    }
    site = BENCH.newFolder("site").resolve("built");
    Process build =
        new ProcessBuilder(ROOT.resolve("docs/site/build").toString(), site.toString())
            .redirectErrorStream(true)
            .redirectOutput(BENCH.log("site-build.log").toFile())
            .start();
    build.getOutputStream().close();
    assertThat(build.waitFor(5, TimeUnit.MINUTES)).as("the build ends").isTrue();
    String output = Files.readString(BENCH.log("site-build.log"));
    assertThat(build.exitValue()).as(output).isZero();
    assertThat(output).contains("all lead somewhere");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", SiteIT::answer);
    server.start();
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.stop(0);
    }
  }

  @Test
  void aReaderSeesThePictureAndFindsTheWay() throws Exception {
    try (Browser browser = Browser.start(BENCH)) {
      browser.open("http://localhost:" + server.getAddress().getPort() + "/");
      assertThat(browser.title()).isEqualTo("crjvm");
      assertThat(browser.text("h1")).startsWith("crjvm");
      browser.awaitPicture("main img");
      assertThat(browser.style(".VPSidebar", "display")).as("the style sheet").isEqualTo("block");

      browser.click(".VPSidebar a[href$='/docs/getting-started.html']");
      browser.awaitText("h1", "Getting started");
      assertThat(browser.texts(".vp-doc h2")).anyMatch(heading -> heading.startsWith("Secrets"));

      browser.click(".VPNavBarSearch button");
      browser.type("#localsearch-input", "CAP_CHECKPOINT_RESTORE bounding set");
      browser.click("#localsearch-list a[href*='/docs/troubleshooting.html']");
      browser.awaitText("h1", "Troubleshooting");
      assertThat(browser.console()).as("the browser's console").isEmpty();
    }
  }

  /** Answers with a file of the site. Nothing else is requested. */
  private static void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      Path file = site.resolve(path.substring(1)).normalize();
      if (Files.isDirectory(file)) {
        file = file.resolve("index.html");
      }
      if (!file.startsWith(site) || !Files.isRegularFile(file)) {
        exchange.sendResponseHeaders(404, -1);
        return;
      }
      String name = file.getFileName().toString();
      String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
      exchange
          .getResponseHeaders()
          .add("Content-Type", type == null ? "application/octet-stream" : type);
      byte[] content = Files.readAllBytes(file);
      exchange.sendResponseHeaders(200, content.length == 0 ? -1 : content.length);
      exchange.getResponseBody().write(content);
    }
  }
}
