package crjvm.agent.event;

import crjvm.agent.restore.RestorePhases;
import java.nio.file.Path;
import java.util.UUID;
import jdk.jfr.FlightRecorder;

/**
 * The events for the flight recorder, which are recorded only if it has been used. The events have
 * no duration of their own but fields with durations. Recordings begin again after a dump, so they
 * can't contain events that began before it.
 */
public final class FlightEvents {
  private FlightEvents() {}

  /** Loads the code with which a restore finds out that no recorder is in use. */
  public static void prepare() {
    isRecording();
  }

  public static void restored(UUID imageId, RestorePhases phases) {
    if (!isRecording()) {
      return;
    }
    RestoreEvent event = new RestoreEvent();
    event.imageId = imageId.toString();
    event.restorer = phases.restorer();
    event.steps = phases.steps();
    event.gate = phases.gate();
    event.callbacks = phases.callbacks();
    event.total = phases.total();
    event.commit();
  }

  public static void checkpoint(Path image, long size, CheckpointPhases phases) {
    if (!isRecording()) {
      return;
    }
    CheckpointEvent event = new CheckpointEvent();
    event.image = image.toString();
    event.size = size;
    event.callbacks = phases.callbacks();
    event.dump = phases.dump();
    event.compilation = phases.compilation();
    event.total = phases.total();
    event.commit();
  }

  /**
   * Returns whether a recorder is in use. A JVM may lack the module, and this call must not
   * initialise a recorder.
   */
  private static boolean isRecording() {
    return ModuleLayer.boot().findModule("jdk.jfr").isPresent() && FlightRecorder.isInitialized();
  }
}
