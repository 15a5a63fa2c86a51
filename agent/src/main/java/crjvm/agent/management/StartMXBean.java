package crjvm.agent.management;

/** Tells monitoring how this process was started. */
public interface StartMXBean {
  /** {@code restored}, or {@code normal} in a process that no image was restored to. */
  String getStart();

  /** The id of the image; empty: not restored. */
  String getImageId();

  /** Seconds from the checkpoint to the restore; -1: not restored. */
  long getImageAge();

  /** The beginning of the restore, in milliseconds since 1970; -1: not restored. */
  long getRestoreTime();

  /** Milliseconds that the restore took, callbacks included; -1: not restored. */
  double getRestoreDuration();
}
