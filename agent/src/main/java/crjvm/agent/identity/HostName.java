package crjvm.agent.identity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The host name in the kernel, which can be read without a name server. */
final class HostName {
  static final String FILE = "/proc/sys/kernel/hostname";

  private HostName() {}

  static String now() throws IOException {
    return Files.readString(Path.of(FILE)).strip();
  }
}
