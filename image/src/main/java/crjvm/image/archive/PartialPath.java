package crjvm.image.archive;

import crjvm.image.OwnFiles;
import crjvm.image.PartialName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/**
 * The path of an unfinished file or folder, which is deleted if it is never finished. Ctrl-C can
 * interrupt such work.
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
   * Returns a new path beside the final one.
   *
   * @param place the path of the finished file or folder
   */
  static PartialPath beside(Path place) throws IOException {
    return new PartialPath(PartialName.beside(place));
  }

  Path path() {
    return path;
  }

  /** Deletes the remaining files. */
  @Override
  public void close() throws IOException {
    try {
      Runtime.getRuntime().removeShutdownHook(remover);
    } catch (IllegalStateException e) {
      // The JVM is ending, and the remover is deleting the files. The deletion has caused the
      // failure that led here, which needs no message.
      while (true) {
        LockSupport.park();
      }
    }
    OwnFiles.delete(path);
  }

  /** Deletes the path while another thread is still writing there. */
  private void deleteStubbornly() {
    for (int i = 0; i < TRIES; i++) {
      try {
        OwnFiles.delete(path);
        return;
      } catch (IOException e) {
        // A file has been created meanwhile.
      }
    }
  }
}
