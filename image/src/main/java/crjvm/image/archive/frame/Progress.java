package crjvm.image.archive.frame;

/** Receives the progress of the work. */
@FunctionalInterface
public interface Progress {
  /**
   * Reports progress.
   *
   * @param done the bytes done so far
   * @param total all bytes, or 0 if the number is unknown
   */
  void at(long done, long total);
}
