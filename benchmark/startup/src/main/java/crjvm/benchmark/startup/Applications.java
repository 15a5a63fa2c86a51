package crjvm.benchmark.startup;

import crjvm.benchmark.startup.Application.Requests;
import crjvm.benchmark.startup.server.HeapServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The applications that this run measures. */
final class Applications {
  /**
   * The heap in the measurements with several heap sizes, in per cent of its live objects, which
   * leaves space for the collector.
   */
  private static final int HEAP_HEADROOM_PERCENT = 140;

  private static final int HEAP_BASE = 128;

  private final Settings settings;
  private final Path jars;

  Applications(Settings settings) {
    this.settings = settings;
    this.jars = settings.jars;
  }

  List<Application> all() throws IOException {
    List<Application> all = new ArrayList<>();
    for (String name : settings.applications) {
      switch (name) {
        case "hello-http" -> all.add(hello());
        case "clinic" -> all.add(clinic());
        case "tool" -> all.add(tool());
        default -> {
          for (int size : settings.heapSizes) {
            all.add(heap(size));
          }
        }
      }
    }
    return all;
  }

  private Application hello() throws IOException {
    int port = Ports.free();
    List<String> main = List.of("-jar", jars.resolve("hello-http.jar").toString());
    return new Application(
        "hello-http",
        List.of(),
        main,
        main,
        List.of("--port", Integer.toString(port)),
        port,
        "/",
        "Hello, request ",
        "[0-9]+",
        List.of(new Requests("/", settings.warmUp)),
        Optional.empty());
  }

  /**
   * Returns the clinic. Archives of classes need its jars side by side, as Spring Boot itself
   * recommends.
   */
  private Application clinic() throws IOException {
    int port = Ports.free();
    int few = Math.max(1, settings.warmUp / 5);
    return new Application(
        "clinic",
        List.of("-Djava.io.tmpdir=" + settings.work),
        List.of("-jar", jars.resolve("clinic.jar").toString()),
        List.of("-jar", jars.resolve("clinic-extracted/clinic.jar").toString()),
        List.of("--server.port=" + port),
        port,
        "/patients/1",
        "</html>",
        "",
        List.of(
            new Requests("/patients", few),
            new Requests("/appointments", few),
            new Requests("/search?q=lin", few),
            new Requests("/api/statistics", few),
            new Requests("/patients/1", settings.warmUp)),
        Optional.empty());
  }

  private Application tool() {
    List<String> main = List.of("-jar", jars.resolve("google-java-format.jar").toString());
    return new Application(
        "tool",
        List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
        main,
        main,
        List.of(jars.resolve("Input.java").toString()),
        0,
        "",
        "class ",
        "",
        List.of(),
        Optional.of(jars.resolve("google-java-format/training")));
  }

  private Application heap(int megabytes) throws IOException {
    int port = Ports.free();
    int limit = HEAP_BASE + megabytes * HEAP_HEADROOM_PERCENT / 100;
    List<String> main =
        List.of("-cp", jars.resolve("startup.jar").toString(), HeapServer.class.getName());
    return new Application(
        "heap-" + megabytes,
        List.of("-Xmx" + limit + "m"),
        main,
        main,
        List.of(Integer.toString(port), Integer.toString(megabytes)),
        port,
        "/",
        "entries ",
        "",
        List.of(new Requests("/", settings.warmUp)),
        Optional.empty());
  }
}
