package crjvm.it.app;

import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingStream;

/** Flight recordings that the application itself makes. */
final class Recordings {
  private static AutoCloseable held;

  private Recordings() {}

  static String make(String kind) throws Exception {
    switch (kind) {
      case "stream" -> {
        RecordingStream stream = new RecordingStream();
        stream.startAsync();
        held = stream;
      }
      case "stopped" -> {
        Recording recording = new Recording();
        recording.setName("stopped one");
        recording.start();
        recording.stop();
        held = recording;
      }
      default -> held.close();
    }
    return "ok";
  }
}
