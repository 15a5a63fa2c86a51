package crjvm.image;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** The line about a command that failed. */
public final class CommandFailure {
  private CommandFailure() {}

  /**
   * Says why a command failed, and what to do.
   *
   * @param command the command's name
   */
  public static String explain(String command, Exception e) {
    if (e instanceof ImageException) {
      return e.getMessage();
    } else if (e instanceof NoSuchFileException missing) {
      return "cannot " + command + ": there is no \"" + missing.getFile() + "\"; check the path";
    } else if (e instanceof AccessDeniedException denied) {
      return "cannot " + command + ": no permission for \"" + denied.getFile() + "\"; check it";
    } else if (e instanceof FileSystemException file && file.getReason() != null) {
      return "cannot "
          + command
          + ": \""
          + file.getFile()
          + "\": "
          + file.getReason()
          + "; check disk and permissions";
    } else if (e instanceof IOException) {
      return "cannot " + command + ": " + e.getMessage() + "; check disk and permissions";
    }
    return "cannot " + command + ": " + e + "; set CRJVM_DEBUG=1 for more and report it";
  }
}
