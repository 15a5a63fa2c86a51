package crjvm.benchmark.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Makes a short run, whose output has to be complete. The times do not matter here. */
class StartupBenchmarkIT {
  private static final String APPLICATION = "hello-http";
  private static final List<Variant> VARIANTS =
      List.of(Variant.NORMAL_17, Variant.CRIU, Variant.COPIED, Variant.MAPPED, Variant.RECORDED);
  private static final List<Figure> OF_EVERY_START =
      List.of(Figure.FIRST, Figure.HUNDRED, Figure.P50, Figure.P99, Figure.COLLECTION);
  private static final int COPIES = 2;

  @TempDir Path folder;

  @BeforeAll
  static void requireWhatARunNeeds() throws Exception {
    require("root, or sudo without a password", "[ \"$(id -u)\" -eq 0 ] || sudo -n true");
    require("CRIU", "[ -x /usr/local/lib/crjvm/criu ]");
    require("a font", "fc-list | grep -q .");
  }

  /** Skips the test if something is missing, or fails if nothing may be missing. */
  private static void require(String what, String test) throws Exception {
    Process process = new ProcessBuilder("/bin/sh", "-c", test).redirectErrorStream(true).start();
    process.getInputStream().readAllBytes();
    boolean isThere = process.waitFor() == 0;
    if ("1".equals(System.getenv("CRJVM_MUST_RUN"))) {
      assertThat(isThere).as("there is no " + what).isTrue();
    }
    assumeTrue(isThere, "there is no " + what);
  }

  @Test
  void everyCellThatWasAskedForHasAFigure() throws Exception {
    String log = run();
    JsonObject all =
        new Gson().fromJson(Files.readString(folder.resolve("out.json")), JsonObject.class);
    assertThat(all.getAsJsonObject("machine").get("CPU").getAsString()).isNotEmpty();
    JsonArray cells = all.getAsJsonArray("figures");
    for (Variant variant : VARIANTS) {
      for (Figure figure : OF_EVERY_START) {
        assertFigure(cells, variant, figure, 1, log);
      }
      assertFigure(cells, variant, Figure.PSS, variant.isRestored() ? COPIES : 1, log);
    }
    assertFigure(cells, Variant.RECORDED, Figure.FIRST_TMPFS, 1, log);
    String text = Files.readString(folder.resolve("out.md"));
    assertThat(text).contains("### hello-http", "### Floor of the machine", "plots/first-");
    VARIANTS.forEach(variant -> assertThat(text).contains("| " + variant.title() + " | "));
    assertPlots();
  }

  /** Returns the log, which says why a figure is missing. */
  private String run() throws IOException, InterruptedException {
    Path log = folder.resolve("log");
    // Files in a folder that root has created could not be removed.
    Files.createDirectory(folder.resolve("plots"));
    Path script = Path.of("run").toAbsolutePath();
    Process process =
        new ProcessBuilder(
                script.toString(),
                "--no-setup",
                "--applications=" + APPLICATION,
                "--variants=" + String.join(",", VARIANTS.stream().map(Variant::option).toList()),
                "--parts=starts,tmpfs,copies,floor",
                "--rounds=1",
                "--normal-rounds=1",
                "--cold-rounds=1",
                "--requests=100",
                "--warm-up=50",
                "--copies=1," + COPIES,
                "--output=" + folder.resolve("out.md"),
                "--json=" + folder.resolve("out.json"),
                "--plots=" + folder.resolve("plots"))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .redirectInput(Path.of("/dev/null").toFile())
            .start();
    try {
      assertThat(process.waitFor(5, TimeUnit.MINUTES)).as(Files.readString(log)).isTrue();
      assertThat(process.exitValue()).as(Files.readString(log)).isZero();
      return Files.readString(log);
    } finally {
      process.destroy();
    }
  }

  private static void assertFigure(
      JsonArray cells, Variant variant, Figure figure, int copies, String log) {
    List<JsonElement> samples =
        cells.asList().stream()
            .map(JsonElement::getAsJsonObject)
            .filter(cell -> cell.get("application").getAsString().equals(APPLICATION))
            .filter(cell -> cell.get("variant").getAsString().equals(variant.title()))
            .filter(cell -> cell.get("figure").getAsString().equals(figure.title()))
            .filter(cell -> cell.get("copies").getAsInt() == copies)
            .flatMap(cell -> cell.getAsJsonArray("samples").asList().stream())
            .toList();
    assertThat(samples)
        .as("%s, %s, %d\n%s", variant.title(), figure.title(), copies, log)
        .isNotEmpty()
        .allSatisfy(sample -> assertThat(sample.getAsDouble()).isPositive());
  }

  /** Asserts that the plots are well-formed and not empty. */
  private void assertPlots() throws Exception {
    List<Path> plots;
    try (Stream<Path> files = Files.list(folder.resolve("plots"))) {
      plots = files.toList();
    }
    assertThat(plots).hasSize(2);
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    // The name of SVG's grammar is also an address, which must not be loaded.
    factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
    for (Path plot : plots) {
      var document = factory.newDocumentBuilder().parse(plot.toFile());
      assertThat(document.getDocumentElement().getTagName()).isEqualTo("svg");
      assertThat(document.getElementsByTagName("text").getLength()).as("%s", plot).isPositive();
    }
  }
}
