package crjvm.agent.restore;

import java.util.UUID;
import java.util.function.Supplier;

/**
 * The step that sets system properties that tell an application, and its monitoring, how it was
 * started.
 */
final class StartStep implements RestoreStep {
  static final String START = "crjvm.start";
  static final String IMAGE = "crjvm.image.id";
  static final String AGE = "crjvm.image.age";
  static final String TIME = "crjvm.restore.time";

  /** The prefix of the names in rehearsals, so that the application does not read these values. */
  static final String REHEARSED = "crjvm.rehearsal.";

  /** The id in rehearsals. No image has it. */
  static final UUID NO_IMAGE = new UUID(0, 0);

  private static final long MILLIS = 1000;

  /** The time in milliseconds since 1970 by the original's clock. */
  private final long checkpointTime;

  StartStep() {
    checkpointTime = System.currentTimeMillis();
  }

  @Override
  public String name() {
    return "kind of start";
  }

  @Override
  public Supplier<String> apply(RestoreMessage message) {
    UUID image = message.imageId();
    String prefix = image.equals(NO_IMAGE) ? REHEARSED : "";
    System.setProperty(prefix + START, "restored");
    System.setProperty(prefix + IMAGE, image.toString());
    System.setProperty(prefix + AGE, Long.toString(ageSeconds()));
    System.setProperty(prefix + TIME, Long.toString(RestoreTime.startMillis()));
    return NOTHING;
  }

  /**
   * Returns the seconds from the checkpoint to the last restore, or 0 if this machine's clock is
   * behind.
   */
  long ageSeconds() {
    return Math.max(RestoreTime.startMillis() - checkpointTime, 0) / MILLIS;
  }

  /** Removes the properties that rehearsals have set. */
  static void clear() {
    System.clearProperty(REHEARSED + START);
    System.clearProperty(REHEARSED + IMAGE);
    System.clearProperty(REHEARSED + AGE);
    System.clearProperty(REHEARSED + TIME);
  }
}
