package crjvm.agent.checkpoint;

/** The folder of an image that is being made: it does not outlive the JVM. */
final class Unfinished {
  private volatile PartialFolder folder;

  void set(PartialFolder folder) {
    this.folder = folder;
  }

  /** There is none any more, or it is not this process's. */
  void clear() {
    folder = null;
  }

  void delete() {
    PartialFolder present = folder;
    if (present != null) {
      present.delete();
    }
  }
}
