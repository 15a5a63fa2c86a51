package crjvm.maven;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.apache.maven.plugin.MojoFailureException;

/**
 * Restores an image once, without fallback. The application has to start, give the right answer,
 * and end on SIGTERM.
 */
final class TrialRestore {
  /**
   * The time limit, which is many times the time of a restore. A process that needs longer is
   * stuck.
   */
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private static final Duration GRACE = Duration.ofSeconds(5);
  private static final Duration PAUSE = Duration.ofMillis(100);

  /** The beginning of the last line of {@code crjvm run --verbose}. */
  private static final String RESTORED = "restore: restored in ";

  private final ProcessBuilder builder;
  private final Lines lines;
  private volatile String restored;

  /**
   * Prepares the restore.
   *
   * @param builder {@code crjvm run --no-fallback --verbose}
   */
  TrialRestore(ProcessBuilder builder, Path log) throws IOException {
    this.builder = builder;
    lines = new Lines(log, this::watch);
  }

  private void watch(String line) {
    if (line.startsWith(RESTORED)) {
      restored = line.substring("restore: ".length());
    }
  }

  /**
   * Restores the image.
   *
   * @param url an address at which the application has to answer with 2xx, or null if it is enough
   *     that it was restored
   * @param expected a text that the answer has to contain, or null if any answer is accepted
   * @return the time that the restore took, in words
   */
  String run(URI url, String expected)
      throws IOException, InterruptedException, MojoFailureException {
    try (lines;
        ChildProcess process = ChildProcess.start(builder, GRACE, lines)) {
      Instant end = Instant.now().plus(LIMIT);
      awaitRestore(process, end);
      if (url != null) {
        ask(process, url, expected, end);
      }
      stop(process);
      return restored;
    }
  }

  private void awaitRestore(ChildProcess process, Instant end)
      throws InterruptedException, MojoFailureException {
    while (restored == null) {
      if (process.await(PAUSE) && restored == null) {
        throw failure("it ended with status " + process.status());
      }
      if (Instant.now().isAfter(end)) {
        throw failure("it has not come up within " + LIMIT.toSeconds() + " s");
      }
    }
  }

  private void ask(ChildProcess process, URI url, String expected, Instant end)
      throws InterruptedException, MojoFailureException {
    HttpClient client = HttpClient.newBuilder().connectTimeout(LIMIT).build();
    HttpRequest request = HttpRequest.newBuilder(url).timeout(LIMIT).build();
    String last = "";
    do {
      if (!process.isAlive()) {
        throw failure("it ended with status " + process.status() + " before it answered");
      }
      try {
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() / 100 == 2) {
          check(answer.body(), url, expected);
          return;
        }
        last = "status " + answer.statusCode();
      } catch (IOException e) {
        last = e.toString();
      }
      Thread.sleep(PAUSE.toMillis());
    } while (Instant.now().isBefore(end));
    throw failure("it does not answer \"" + url + "\" (" + last + ")");
  }

  private void check(String answer, URI url, String expected) throws MojoFailureException {
    if (expected != null && !answer.contains(expected)) {
      throw failure("its answer of \"" + url + "\" does not contain \"" + expected + "\"");
    }
  }

  /**
   * Stops the application. An application that has ended by itself before is not a server and has
   * done its work.
   */
  private void stop(ChildProcess process) throws InterruptedException, MojoFailureException {
    process.terminate();
    if (!process.await(LIMIT)) {
      throw failure("it does not end on SIGTERM within " + LIMIT.toSeconds() + " s");
    }
    int status = process.status();
    if (status != 0 && status != 128 + 15) {
      throw failure("it ended with status " + status + " after SIGTERM");
    }
  }

  private MojoFailureException failure(String cause) {
    return new MojoFailureException(
        "the trial restore failed: " + cause + "; its output is in \"" + lines.file() + "\"");
  }

  Lines lines() {
    return lines;
  }
}
