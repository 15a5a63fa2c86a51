package crjvm.agent.event;

import crjvm.agent.restore.RestorePhases;
import java.nio.file.Path;
import java.util.UUID;
import jdk.jfr.FlightRecorder;

/**
 * Tells the flight recorder, where there is one that was ever used. The events are moments that
 * carry durations: recordings begin anew after a dump, so that nothing they hold began before it.
 */
public final class FlightEvents {
  private FlightEvents() {}

  /** Loads what a restore needs to find out that there is nothing to tell. */
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

  /** A JVM may lack the module; and what nobody has begun must not begin here. */
  private static boolean isRecording() {
    return ModuleLayer.boot().findModule("jdk.jfr").isPresent() && FlightRecorder.isInitialized();
  }
}
