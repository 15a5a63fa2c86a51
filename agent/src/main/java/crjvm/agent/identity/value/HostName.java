package crjvm.agent.identity.value;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The host name in the kernel, which can be read without a name server. */
public final class HostName {
  public static final String FILE = "/proc/sys/kernel/hostname";

  private HostName() {}

  public static String now() throws IOException {
    return Files.readString(Path.of(FILE)).strip();
  }
}
