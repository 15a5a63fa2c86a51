package crjvm.image.archive;

import crjvm.image.OwnFiles;
import crjvm.image.PartialName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/**
 * What is not whole yet, and goes when it never will be: Ctrl-C comes in the middle of such work.
 */
final class PartialPath implements AutoCloseable {
  private static final int TRIES = 10;

  private final Path path;
  private final Thread remover = new Thread(this::deleteStubbornly, "crjvm remover");

  private PartialPath(Path path) {
    this.path = path;
    Runtime.getRuntime().addShutdownHook(remover);
  }

  /**
   * @param place of the whole
   */
  static PartialPath beside(Path place) throws IOException {
    return new PartialPath(PartialName.beside(place));
  }

  Path path() {
    return path;
  }

  /** Deletes what is left. */
  @Override
  public void close() throws IOException {
    try {
      Runtime.getRuntime().removeShutdownHook(remover);
    } catch (IllegalStateException e) {
      // The JVM is ending, and the remover at work: the failure that brought us here is its doing,
      // and not worth a line.
      while (true) {
        LockSupport.park();
      }
    }
    OwnFiles.delete(path);
  }

  /** Beside the thread that is still writing. */
  private void deleteStubbornly() {
    for (int i = 0; i < TRIES; i++) {
      try {
        OwnFiles.delete(path);
        return;
      } catch (IOException e) {
        // a file has come in between
      }
    }
  }
}
