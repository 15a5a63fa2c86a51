package crjvm.agent.checkpoint.aside;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The socket for jcmd, /tmp/.java_pidPID. When the file is missing, HotSpot makes a new one at the
 * next attach, with the process id of that time ({@code AttachListener::check_socket_file}). That
 * is right for the restored process and harmless for the original.
 */
public final class AttachSocket {
  private AttachSocket() {}

  /**
   * Removes the socket. A file that can't be removed belongs to another user, whose killed JVM had
   * this process id. Then tools can't reach this JVM. They reach its copies, which have other ids.
   */
  public static void unlink() {
    try {
      Files.deleteIfExists(Path.of("/tmp/.java_pid" + ProcessHandle.current().pid()));
    } catch (IOException e) {
      // The restored process removes a socket of its own with this name, if it gets this id again.
    }
  }
}
