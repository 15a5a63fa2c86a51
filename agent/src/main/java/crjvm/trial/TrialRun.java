package crjvm.trial;

import crjvm.agent.warmup.WarmUpRequest;
import crjvm.agent.warmup.http.HttpAnswer;
import crjvm.agent.warmup.http.HttpRequest;
import crjvm.agent.warmup.http.HttpSender;
import crjvm.image.ImageException;
import crjvm.image.OwnFiles;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A copy of an image with its own ports, which ends when this object is closed. */
final class TrialRun implements AutoCloseable {
  private static final String NEEDS_SIGNATURE = "CRJVM_REQUIRE_SIGNATURE";

  /** The option that tells the application that this copy is only a trial. */
  private static final String PROPERTY = "-Dcrjvm.trial=true";

  /** The option of a start that begins without the image in the page cache. */
  static final String COLD = "--cold";

  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);
  private static final int POLL_MS = 5;

  private final Path image;
  private final Path folder;
  private final Process process;
  private final Map<Integer, Integer> ports = new HashMap<>();

  private TrialRun(Path image, Path folder, Process process) {
    this.image = image;
    this.folder = folder;
    this.process = process;
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
  }

  /**
   * Starts a copy, and returns when its ports are open.
   *
   * @param listening the sockets in the form of the manifest, such as {@code tcp 8080}
   * @param isCold whether it begins without the image in the page cache, to tell what it reads
   */
  static TrialRun start(Path image, Path launcher, List<String> listening, boolean isCold)
      throws IOException, ImageException, InterruptedException {
    Path folder = Files.createTempDirectory("crjvm-trial-");
    List<String> command = new ArrayList<>(List.of(launcher.toString(), "run", "--no-fallback"));
    command.addAll(List.of("--image", image.toString(), PROPERTY));
    command.addAll(List.of("--port-file", portFile(folder).toString()));
    if (isCold) {
      command.add(COLD);
    }
    for (String socket : listening) {
      String[] words = socket.split(" ", 2);
      if (words[0].equals("tcp") || words[0].equals("udp")) {
        command.addAll(List.of("--listen", words[0] + ":" + words[1] + "=0"));
      }
    }
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectInput(new File("/dev/null"))
            .redirectErrorStream(true)
            .redirectOutput(log(folder).toFile());
    builder.environment().remove(NEEDS_SIGNATURE); // the image has no signature yet
    TrialRun trial;
    try {
      trial = new TrialRun(image, folder, builder.start());
    } catch (IOException e) {
      deleteQuietly(folder);
      throw e;
    }
    try {
      trial.awaitPorts();
    } catch (ImageException | InterruptedException | IOException e) {
      trial.close();
      throw e;
    }
    return trial;
  }

  private static Path portFile(Path folder) {
    return folder.resolve("ports");
  }

  private static Path log(Path folder) {
    return folder.resolve("log");
  }

  private void awaitPorts() throws IOException, ImageException, InterruptedException {
    long start = System.nanoTime();
    while (!Files.exists(portFile(folder))) {
      if (process.waitFor(POLL_MS, TimeUnit.MILLISECONDS)) {
        throw new ImageException(
            "the trial restore of \""
                + image
                + "\" ended with status "
                + process.exitValue()
                + said());
      }
      if (System.nanoTime() - start > START_LIMIT.toNanos()) {
        throw new ImageException(
            "the trial restore of \""
                + image
                + "\" did not start within "
                + START_LIMIT.toSeconds()
                + " s"
                + said());
      }
    }
    for (String line : Files.readAllLines(portFile(folder))) {
      String[] pair = line.split("=", 2);
      if (!line.startsWith("udp:")) {
        ports.put(Integer.valueOf(pair[0]), Integer.valueOf(pair[1]));
      }
    }
  }

  /** Returns the last line of the copy's output for a message. */
  private String said() throws IOException {
    List<String> lines =
        new String(Files.readAllBytes(log(folder)), StandardCharsets.UTF_8).lines().toList();
    return lines.isEmpty() ? "" : " (\"" + lines.get(lines.size() - 1) + "\")";
  }

  long pid() {
    return process.pid();
  }

  /** Sends the requests to this copy one after the other. Each of them has to succeed. */
  void askAll(List<WarmUpRequest> requests) throws IOException, ImageException {
    long start = System.nanoTime();
    for (WarmUpRequest request : requests) {
      ask(request);
      if (System.nanoTime() - start > ANSWER_LIMIT.toNanos()) {
        throw new ImageException(
            "the trial restore took more than " + ANSWER_LIMIT.toSeconds() + " s for its answers");
      }
    }
  }

  private void ask(WarmUpRequest request) throws IOException, ImageException {
    String address = request.address();
    HttpRequest toSend = request.toSend();
    Integer port = ports.get(HttpSender.port(toSend.url()));
    if (port == null) {
      throw new ImageException(
          "\"" + address + "\" is not an address of the image; its ports are " + ports.keySet());
    }
    HttpAnswer answer;
    try {
      answer = HttpSender.sendToOwn(toSend, port);
    } catch (IOException e) {
      throw new ImageException(
          "the trial restore did not answer \"" + address + "\" (" + e.getMessage() + ")" + said(),
          e);
    }
    if (!request.take(toSend, answer)) {
      throw new ImageException(
          "the trial restore answered \"" + address + "\" with status " + answer.status() + said());
    }
  }

  /**
   * Ends the copy without shutdown hooks. They might delete files that the image needs, or
   * deregister future copies from a registry.
   */
  @Override
  public void close() {
    end(process);
    deleteQuietly(folder);
  }

  /** Kills a copy. */
  static void end(Process process) {
    try {
      process.destroyForcibly().waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    // This deletes the file that the JVM would have deleted itself, in the folder that HotSpot
    // always uses.
    String user = System.getProperty("user.name");
    deleteQuietly(Path.of("/tmp/hsperfdata_" + user, Long.toString(process.pid())));
  }

  /** Deletes a file if it can; a file that stays does no harm. */
  private static void deleteQuietly(Path path) {
    try {
      OwnFiles.delete(path);
    } catch (IOException e) {
      // The reason does not matter.
    }
  }
}
