package crjvm.agent.checkpoint.folder;

/** The folder of an image that is being made. It does not outlive the JVM. */
public final class Unfinished {
  private volatile PartialFolder folder;

  public void set(PartialFolder folder) {
    this.folder = folder;
  }

  /** Forgets the folder, because it does not exist any more, or belongs to another process. */
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
