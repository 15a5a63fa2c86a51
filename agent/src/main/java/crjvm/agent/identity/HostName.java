package crjvm.agent.identity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The machine's name as the kernel has it, which no name server needs to be asked for. */
final class HostName {
  static final String FILE = "/proc/sys/kernel/hostname";

  private HostName() {}

  static String now() throws IOException {
    return Files.readString(Path.of(FILE)).strip();
  }
}
