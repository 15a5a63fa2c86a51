package crjvm.agent.checkpoint.aside;

import crjvm.agent.message.Console;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import jdk.jfr.Recording;

/**
 * The settings with which an ended flight recording can begin again.
 *
 * @param destination the file that it is written to at its end; null: none
 * @param maxAge null: no limit
 * @param maxSize 0: no limit
 * @param left the rest of its duration; null: no limit
 */
record EndedRecording(
    String name,
    Map<String, String> settings,
    Path destination,
    Duration maxAge,
    long maxSize,
    boolean isToDisk,
    boolean isDumpedOnExit,
    Duration left) {

  /**
   * Ends the recording. Its data goes to its file, if it has one. The next recording with that file
   * begins with an empty file.
   */
  static EndedRecording end(Recording recording) {
    Duration left = recording.getDuration();
    if (left != null) {
      left = left.minus(Duration.between(recording.getStartTime(), Instant.now()));
    }
    EndedRecording ended =
        new EndedRecording(
            recording.getName(),
            recording.getSettings(),
            recording.getDestination(),
            recording.getMaxAge(),
            recording.getMaxSize(),
            recording.isToDisk(),
            recording.getDumpOnExit(),
            left);
    recording.stop();
    recording.close();
    return ended;
  }

  void beginAgain() {
    if (left != null && (left.isNegative() || left.isZero())) {
      return;
    }
    Recording recording = new Recording(settings);
    recording.setName(name);
    recording.setToDisk(isToDisk);
    if (isToDisk) {
      recording.setMaxAge(maxAge);
      recording.setMaxSize(maxSize);
    }
    recording.setDumpOnExit(isDumpedOnExit);
    if (left != null) {
      recording.setDuration(left);
    }
    if (destination != null) {
      setDestination(recording);
    }
    recording.start();
  }

  private void setDestination(Recording recording) {
    try {
      recording.setDestination(destination);
    } catch (IOException e) {
      Console.say(
          "the flight recording \""
              + name
              + "\" has no file now: "
              + e.getMessage()
              + "; start another one with jcmd PID JFR.start");
      Console.trace(e);
    }
  }
}
