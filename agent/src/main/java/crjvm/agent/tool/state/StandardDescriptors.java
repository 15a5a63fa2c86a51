package crjvm.agent.tool.state;

import crjvm.agent.os.jna.Kernel;
import crjvm.agent.os.process.ProcessFiles;
import java.io.IOException;
import java.nio.file.Path;

/** Descriptors 0, 1 and 2 during a run: its input, and /dev/null as its output. */
public final class StandardDescriptors implements AutoCloseable {
  private static final Path NOWHERE = Path.of("/dev/null");
  private static final int COUNT = 3;
  private static final int O_WRONLY = 1;

  private final int[] saved = {-1, -1, -1};

  public StandardDescriptors(Path input) throws IOException {
    for (int fd = 0; fd < COUNT; fd++) {
      if (ProcessFiles.descriptor(fd).isPresent()) {
        saved[fd] = Kernel.duplicate(fd);
      }
    }
    try {
      Kernel.reopen(0, input, 0);
      Kernel.reopen(1, NOWHERE, O_WRONLY);
      Kernel.reopen(2, NOWHERE, O_WRONLY);
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    for (int fd = 0; fd < COUNT; fd++) {
      if (saved[fd] < 0) {
        Kernel.close(fd);
      } else {
        Kernel.duplicate(saved[fd], fd, 0);
        Kernel.close(saved[fd]);
      }
    }
  }
}
