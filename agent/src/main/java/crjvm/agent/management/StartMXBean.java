package crjvm.agent.management;

/** A management bean that tells monitoring how this process was started. */
public interface StartMXBean {
  /** Returns {@code restored} in a process that was restored from an image, or {@code normal}. */
  String getStart();

  /** Returns the id of the image, or empty text if the process was not restored. */
  String getImageId();

  /**
   * Returns the seconds from the checkpoint to the restore, or -1 if the process was not restored.
   */
  long getImageAge();

  /**
   * Returns the beginning of the restore in milliseconds since 1970, or -1 if the process was not
   * restored.
   */
  long getRestoreTime();

  /**
   * Returns the duration of the restore in milliseconds, including callbacks, or -1 if the process
   * was not restored.
   */
  double getRestoreDuration();
}
