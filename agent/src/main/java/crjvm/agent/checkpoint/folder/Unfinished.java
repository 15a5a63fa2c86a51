package crjvm.agent.checkpoint.folder;

/** The folder of an image that is being made: it does not outlive the JVM. */
public final class Unfinished {
  private volatile PartialFolder folder;

  public void set(PartialFolder folder) {
    this.folder = folder;
  }

  /** There is none any more, or it is not this process's. */
  public void clear() {
    folder = null;
  }

  public void delete() {
    PartialFolder present = folder;
    if (present != null) {
      present.delete();
    }
  }
}
