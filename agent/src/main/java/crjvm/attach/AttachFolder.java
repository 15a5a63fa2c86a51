package crjvm.attach;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/**
 * A folder of the asking user through which both sides communicate. They use files instead of a
 * connection, because the answering process is the one that is dumped.
 */
public final class AttachFolder {
  /** The beginning of the text with which the agent is loaded. The folder's path follows it. */
  public static final String OPTION = "attach:";

  private static final String MESSAGE = "message";
  private static final String TAKEN = "taken";
  private static final String GO = "go";
  private static final String ANSWER = "answer";
  private static final String DONE = "done";
  private static final String FAILED = "failed";
  private static final long POLL_MILLIS = 20;

  private final Path path;

  /**
   * The answer.
   *
   * @param lines the failure, or other messages
   */
  public record Answer(boolean isGood, List<String> lines) {}

  private AttachFolder(Path path) {
    this.path = path;
  }

  /** Makes a folder that no other user can read. The asking side calls it. */
  public static AttachFolder create(AttachMessage message) throws IOException {
    AttachFolder folder =
        new AttachFolder(Files.createTempDirectory("crjvm-attach-").toAbsolutePath());
    Properties properties = new Properties();
    message.image().ifPresent(image -> properties.setProperty("image", image.toString()));
    properties.setProperty("stops", Boolean.toString(message.stops()));
    try (Writer out = Files.newBufferedWriter(folder.path.resolve(MESSAGE))) {
      properties.store(out, null);
    }
    return folder;
  }

  /**
   * Returns the folder, or nothing if it does not exist or belongs to another user. The answering
   * side calls it.
   */
  public static Optional<AttachFolder> take(String option) {
    try {
      Path path = Path.of(option.substring(OPTION.length()));
      boolean isOwn =
          path.isAbsolute()
              && Files.getOwner(path, LinkOption.NOFOLLOW_LINKS)
                  .equals(Files.getOwner(Path.of("/proc/self")));
      if (!isOwn) {
        return Optional.empty();
      }
      Files.createFile(path.resolve(TAKEN));
      return Optional.of(new AttachFolder(path));
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  public Path path() {
    return path;
  }

  /** Returns the text for the agent. */
  public String option() {
    return OPTION + path;
  }

  /** Returns whether the other side has found the folder. */
  public boolean isTaken() {
    return Files.exists(path.resolve(TAKEN));
  }

  public AttachMessage message() throws IOException {
    Properties properties = new Properties();
    try (Reader in = Files.newBufferedReader(path.resolve(MESSAGE))) {
      properties.load(in);
    }
    return new AttachMessage(
        Optional.ofNullable(properties.getProperty("image")).map(Path::of),
        Boolean.parseBoolean(properties.getProperty("stops")));
  }

  /**
   * Tells the other side to begin. The connection through which the agent was loaded is closed, and
   * is not an obstacle any more.
   */
  public void go() throws IOException {
    Files.createFile(path.resolve(GO));
  }

  /**
   * @return false if the asking side has gone
   */
  public boolean awaitGo(long limitMillis) throws InterruptedException {
    long end = System.nanoTime() + limitMillis * 1_000_000;
    while (!Files.exists(path.resolve(GO))) {
      if (System.nanoTime() - end > 0 || !Files.exists(path)) {
        return false;
      }
      Thread.sleep(POLL_MILLIS);
    }
    return true;
  }

  /** Writes the answer. It does nothing if the asking side has gone. */
  public void answer(Answer answer) {
    StringBuilder text = new StringBuilder(answer.isGood() ? DONE : FAILED).append('\n');
    answer.lines().forEach(line -> text.append(line).append('\n'));
    try {
      Path part = path.resolve(ANSWER + ".part");
      Files.writeString(part, text);
      Files.move(part, path.resolve(ANSWER), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      // No process waits for the answer any more.
    }
  }

  /** Returns the answer, or nothing if there is none yet. */
  public Optional<Answer> answer() throws IOException {
    Path file = path.resolve(ANSWER);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    List<String> lines = Files.readAllLines(file);
    return Optional.of(new Answer(lines.get(0).equals(DONE), lines.subList(1, lines.size())));
  }

  /** Deletes the folder. The asking side calls it. */
  public void delete() throws IOException {
    for (String name : List.of(MESSAGE, TAKEN, GO, ANSWER, ANSWER + ".part")) {
      Files.deleteIfExists(path.resolve(name));
    }
    Files.deleteIfExists(path);
  }
}
