package crjvm.it.framework;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.it.bench.Browser;
import crjvm.it.bench.Checkpoint;
import crjvm.it.bench.Http;
import crjvm.it.bench.Jdk;
import crjvm.it.bench.RunningProcess;
import crjvm.it.bench.TestJvm;
import crjvm.it.bench.Workbench;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A browser shows the same pages of the clinic after a normal start and after a restore. */
@Tag("framework")
class BrowserIT {
  @RegisterExtension static final Workbench BENCH = new Workbench();

  @Test
  void theRestoredClinicPassesTheTestOfTheNormalOne() throws Exception {
    TestJvm jvm = new TestJvm(BENCH, Jdk.any());
    jvm.vm("-Xmx256m")
        .main("-jar", BENCH.copyOf("examples/clinic/target/clinic.jar").toString())
        .arguments("--server.port=" + jvm.port());
    try (Browser browser = Browser.start(BENCH)) {
      RunningProcess normal = jvm.plainCommand().start("normal");
      Http.awaitAnswer(normal, jvm.port(), "/");
      List<String> seen = tour(browser, jvm.url());
      assertThat(normal.terminate()).as(normal::describe).isEqualTo(143);

      Checkpoint checkpoint =
          jvm.checkpoint("at=http:" + jvm.url() + ",warmup=" + jvm.url() + "*20");
      for (int i = 1; i <= 2; i++) { // Each copy begins where the image ended.
        RunningProcess copy = checkpoint.restore();
        assertThat(tour(browser, jvm.url())).as("copy " + i).isEqualTo(seen);
        assertThat(copy.terminate()).as(copy::describe).isEqualTo(143);
      }
    }
  }

  /**
   * Takes a visitor's way through the clinic, checks what each page has to show, and returns all
   * texts.
   */
  private static List<String> tour(Browser browser, String url) {
    List<String> seen = new ArrayList<>();
    home(browser, url, seen);
    patients(browser, seen);
    newRoom(browser, seen);
    search(browser, seen);
    assertThat(browser.console()).as("the browser's console").isEmpty();
    return seen;
  }

  private static void home(Browser browser, String url, List<String> seen) {
    browser.open(url);
    assertThat(browser.title()).isEqualTo("Home - Lindenhof Clinic");
    assertThat(browser.text("h1")).isEqualTo("The clinic at a glance");
    assertThat(browser.texts(".tiles li"))
        .hasSize(5)
        .allMatch(tile -> tile.matches("[0-9,.]+\n.+"));
    assertThat(browser.texts("nav a")).hasSize(12).contains("Patients", "Rooms");
    assertThat(browser.style(".tiles", "display")).as("the style sheet").isEqualTo("flex");
    seen.add(browser.text("main"));
  }

  private static void patients(Browser browser, List<String> seen) {
    browser.follow("Patients");
    assertThat(browser.texts("tbody tr")).hasSize(20);
    seen.add(browser.text("main"));
    browser.follow("Next");
    assertThat(browser.text(".pager")).contains("Page 2 of").contains("Previous");
    seen.add(browser.text("main"));
    browser.press("tbody tr:first-child a");
    assertThat(browser.texts("h2")).anyMatch(heading -> heading.startsWith("Appointments ("));
    seen.add(browser.title());
    seen.add(browser.text("main"));
  }

  private static void newRoom(Browser browser, List<String> seen) {
    browser.follow("Rooms");
    browser.follow("New room");
    browser.type("#code", "nonsense");
    browser.press("form[method=post] button");
    assertThat(browser.texts(".error"))
        .contains("Please correct the marked fields.", "must be a letter and three digits");
    seen.add(browser.text("main"));

    browser.type("#code", "Z901");
    browser.choose("#kind", "Imaging");
    browser.choose("#department", "General Medicine");
    browser.type("#seats", "2");
    browser.press("form[method=post] button");
    assertThat(browser.text(".message")).endsWith(" was saved.");
    assertThat(browser.text("dl")).contains("Z901", "Imaging", "General Medicine");
    seen.add(browser.text("main"));
  }

  private static void search(Browser browser, List<String> seen) {
    browser.type("header input[name=q]", "Z901");
    browser.press("header button");
    assertThat(browser.texts("h2")).containsExactly("Rooms (1)");
    browser.follow("All hits in rooms");
    assertThat(browser.texts("tbody tr")).hasSize(1);
    seen.add(browser.text("main"));
  }
}
