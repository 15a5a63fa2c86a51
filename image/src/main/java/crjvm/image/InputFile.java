package crjvm.image;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Files that the user names, for commands that say which one can't be read. */
public final class InputFile {
  private InputFile() {}

  /**
   * Returns the content of a file.
   *
   * @throws FileSystemException it can't be read. The exception has the file's name, which the
   *     kernel's own message about folders and broken disks has not
   */
  public static byte[] read(Path file) throws IOException {
    try {
      return Files.readAllBytes(file);
    } catch (FileSystemException e) {
      throw e;
    } catch (IOException e) {
      FileSystemException named = new FileSystemException(file.toString(), null, e.getMessage());
      named.initCause(e);
      throw named;
    }
  }
}
