package crjvm.image.archive;

/** Hears how far the work is. */
@FunctionalInterface
public interface Progress {
  /**
   * Some more is done.
   *
   * @param done bytes
   * @param total bytes; 0: unknown
   */
  void at(long done, long total);
}
