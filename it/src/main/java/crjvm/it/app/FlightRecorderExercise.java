package crjvm.it.app;

import java.nio.file.Files;
import java.nio.file.Path;
import jdk.jfr.Event;
import jdk.jfr.Name;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/** A flight recording, from its start to the parsed file. */
final class FlightRecorderExercise implements Exercise {
  /** The event that has to be in the recording. */
  @Name("crjvm.it.Marker")
  static final class Marker extends Event {
    String text;
  }

  @Override
  public String run() throws Exception {
    Path file = Files.createTempFile(Path.of("").toAbsolutePath(), "recording", ".jfr");
    String text = "marker of process " + ProcessHandle.current().pid();
    try (Recording recording = new Recording()) {
      recording.enable(Marker.class);
      recording.enable("jdk.GarbageCollection");
      recording.start();
      Marker marker = new Marker();
      marker.text = text;
      marker.commit();
      System.gc();
      recording.stop();
      recording.dump(file);
    }
    boolean marked = false;
    boolean collected = false;
    for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
      String type = event.getEventType().getName();
      marked |= type.equals("crjvm.it.Marker") && text.equals(event.getString("text"));
      collected |= type.equals("jdk.GarbageCollection");
    }
    long size = Files.size(file);
    Files.delete(file);
    Exercise.check(marked, "the recording lacks the application's event");
    Exercise.check(collected, "the recording lacks the collection");
    return size + " bytes";
  }
}
