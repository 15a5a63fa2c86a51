package crjvm.it.bench;

import crjvm.it.app.FreePort;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.logging.Level;
import org.openqa.selenium.By;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.remote.RemoteWebDriver;
import org.openqa.selenium.support.ui.WebDriverWait;

/** Debian's Chromium without a window, which the ordinary user runs. */
public final class Browser implements AutoCloseable {
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final RunningProcess driverProcess;
  private final RemoteWebDriver driver;

  private Browser(RunningProcess driverProcess, RemoteWebDriver driver) {
    this.driverProcess = driverProcess;
    this.driver = driver;
  }

  public static Browser start(Workbench bench) throws IOException, InterruptedException {
    Requirement.need(
        Files.exists(CHROMIUM) && Files.exists(DRIVER),
        "there is no Chromium; install the packages chromium and chromium-driver");
    Path home = bench.newFolder("browser");
    int port = FreePort.find();
    RunningProcess driver =
        new Command(bench, home)
            .with("HOME", home.toString())
            .with("XDG_CONFIG_HOME", home.resolve("config").toString())
            .with("XDG_CACHE_HOME", home.resolve("cache").toString())
            .add(DRIVER, "--port=" + port)
            .start("chromedriver");
    Await.until(
        RunningProcess.LIMIT,
        "chromedriver on port " + port,
        () -> driver.stdout().contains("started successfully"),
        driver::describe);
    URI service = URI.create("http://localhost:" + port);
    return new Browser(driver, new RemoteWebDriver(service.toURL(), options(home)));
  }

  private static ChromeOptions options(Path home) {
    ChromeOptions options = new ChromeOptions();
    options.setBinary(CHROMIUM.toString());
    // The sandbox needs privileges that a container or the user may lack. The browser sees our
    // pages only.
    options.addArguments("--headless", "--no-sandbox", "--disable-dev-shm-usage");
    options.addArguments("--user-data-dir=" + home.resolve("profile"), "--window-size=1200,900");
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
    return options;
  }

  public void open(String url) {
    driver.get(url);
  }

  public String title() {
    return driver.getTitle();
  }

  /** Returns the text of the element that a reader sees. */
  public String text(String css) {
    return find(By.cssSelector(css)).getText();
  }

  public List<String> texts(String css) {
    return driver.findElements(By.cssSelector(css)).stream().map(WebElement::getText).toList();
  }

  /** Returns a property of the style that the element really has. */
  public String style(String css, String property) {
    return find(By.cssSelector(css)).getCssValue(property);
  }

  /** Clicks an element that changes the page in place, as soon as that is possible. */
  public void click(String css) {
    new WebDriverWait(driver, LIMIT)
        .ignoring(WebDriverException.class)
        .until(
            page -> {
              page.findElement(By.cssSelector(css)).click();
              return true;
            });
  }

  /** Waits until an element begins with this text. */
  public void awaitText(String css, String text) {
    new WebDriverWait(driver, LIMIT)
        .until(page -> texts(css).stream().anyMatch(each -> each.startsWith(text)));
  }

  /** Waits until a picture is loaded. A picture that can't be loaded has no size. */
  public void awaitPicture(String css) {
    String width = "const it = document.querySelector(arguments[0]); return it && it.naturalWidth";
    new WebDriverWait(driver, LIMIT)
        .until(page -> driver.executeScript(width, css) instanceof Long pixels && pixels > 0);
  }

  /** Follows a link, by its text, to another page. */
  public void follow(String link) {
    leave(find(By.linkText(link)));
  }

  /** Presses a button that has to lead to another page. */
  public void press(String css) {
    leave(find(By.cssSelector(css)));
  }

  public void type(String css, String text) {
    WebElement field = find(By.cssSelector(css));
    field.clear();
    field.sendKeys(text);
  }

  public void choose(String css, String option) {
    find(By.cssSelector(css)).findElements(By.tagName("option")).stream()
        .filter(each -> each.getText().equals(option))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no option \"" + option + "\" in " + css))
        .click();
  }

  private WebElement find(By by) {
    return new WebDriverWait(driver, LIMIT).until(page -> page.findElement(by));
  }

  /** Clicks, and waits until there is another page and it is complete. */
  private void leave(WebElement element) {
    driver.executeScript("window.crjvmLeft = true");
    element.click();
    String arrived = "return !window.crjvmLeft && document.readyState === 'complete'";
    new WebDriverWait(driver, LIMIT)
        .until(page -> Boolean.TRUE.equals(driver.executeScript(arrived)));
  }

  /** Returns the messages of the developer tools' console since the last call. */
  public List<String> console() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .map(LogEntry::getMessage)
        .toList();
  }

  @Override
  public void close() throws IOException, InterruptedException {
    driver.quit();
    driverProcess.signal("TERM");
    driverProcess.awaitExit();
  }
}
