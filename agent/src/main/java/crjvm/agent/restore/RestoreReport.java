package crjvm.agent.restore;

import crjvm.agent.message.Console;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;

/** The machine-readable report of a restore. */
public final class RestoreReport {
  private static final String FILE = "json:";
  private static final long MICROS = 1000;

  private static volatile RestoreReport last;

  private final UUID imageId;
  private final String image;
  private final long ageSeconds;
  private final long startMillis = RestoreTime.startMillis();
  private final RestorePhases phases;

  RestoreReport(RestoreMessage message, long ageSeconds, RestorePhases phases) {
    imageId = message.imageId();
    image = message.image();
    this.ageSeconds = ageSeconds;
    this.phases = phases;
  }

  /**
   * Returns the report, or null if this process was not restored or its restore has not ended yet.
   */
  public static RestoreReport last() {
    return last;
  }

  static void setLast(RestoreReport report) {
    last = report;
  }

  public UUID imageId() {
    return imageId;
  }

  /** Returns the whole seconds from the checkpoint to the restore. */
  public long ageSeconds() {
    return ageSeconds;
  }

  /** Returns the beginning of the restore in milliseconds since 1970. */
  public long startMillis() {
    return startMillis;
  }

  /** Returns the duration of the restore in milliseconds, including callbacks. */
  public double durationMillis() {
    return phases.total() / MICROS / (double) MICROS;
  }

  /**
   * Returns the report as JSON. It uses no library, because a copy may find neither the agent's jar
   * nor a library.
   */
  String json() {
    return "{\"start\":\"restored\",\"image\":"
        + quoted(image)
        + ",\"imageId\":\""
        + imageId
        + "\",\"imageAgeSeconds\":"
        + ageSeconds
        + ",\"restoreTime\":"
        + startMillis
        + ",\"restoreMillis\":"
        + durationMillis()
        + ",\"pid\":"
        + ProcessHandle.current().pid()
        + "}";
  }

  /**
   * Writes one line.
   *
   * @param destination {@code json} for standard error, or {@code json:FILE} for a file
   */
  void write(String destination) {
    if (!destination.startsWith(FILE)) {
      Console.write(json());
      return;
    }
    String file = destination.substring(FILE.length());
    try {
      ReportFile.write(Path.of(file), json() + "\n");
    } catch (IOException e) {
      Console.say(
          "cannot write the report \""
              + file
              + "\": "
              + e
              + "; give a plain file that can be written");
    }
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\');
      }
      quoted.append(c < ' ' ? '?' : c);
    }
    return quoted.append('"').toString();
  }
}
