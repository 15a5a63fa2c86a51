package crjvm.agent.checkpoint.folder;

import crjvm.agent.message.Failure;
import crjvm.agent.message.Messages;
import java.io.IOException;

/**
 * The folder of an image that is being made. It does not outlive the JVM. The JVM's end deletes it
 * while the checkpoint's thread still works, so a lock decides which of the two comes first: an
 * image is published as a whole before the end, or not at all.
 */
public final class Unfinished {
  private PartialFolder folder;
  private boolean isEnding;

  /** Moves a complete image to its place. */
  @FunctionalInterface
  public interface Publication {
    void run() throws IOException;
  }

  public synchronized void set(PartialFolder folder) {
    this.folder = folder;
  }

  /** Forgets the folder, because it does not exist any more, or belongs to another process. */
  public synchronized void clear() {
    folder = null;
  }

  public void delete() {
    PartialFolder present = present();
    if (present != null) {
      present.delete();
    }
  }

  private synchronized PartialFolder present() {
    return folder;
  }

  /**
   * Gives up the image, because the JVM is being ended. Nothing is published afterwards. A
   * publication that has begun is finished first.
   *
   * @return whether an image was being made
   */
  public boolean end() {
    synchronized (this) {
      isEnding = true;
    }
    boolean isMaking = present() != null;
    delete();
    return isMaking;
  }

  public synchronized boolean isEnding() {
    return isEnding;
  }

  /**
   * Publishes the image, unless the JVM is being ended.
   *
   * @throws Failure the JVM is being ended
   */
  public synchronized void publish(Publication publication) throws Failure, IOException {
    check();
    publication.run();
  }

  /**
   * Checks that an image can still be made.
   *
   * @throws Failure the JVM is being ended
   */
  public synchronized void check() throws Failure {
    if (isEnding) {
      throw ending(null);
    }
  }

  /** Returns the failure of a checkpoint during which the JVM is ended. */
  public static Failure ending(Throwable reason) {
    return new Failure(
        Messages.FAILED,
        "the process was told to end before its image was complete",
        "let it run until its image is ready",
        reason);
  }
}
