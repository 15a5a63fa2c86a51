package crjvm.agent.checkpoint.aside;

import crjvm.agent.message.Failure;
import crjvm.agent.message.Messages;
import crjvm.agent.os.Kernel;
import crjvm.agent.os.OpenFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Descriptors that restored processes are to find closed. In their place in the image is one that
 * can't be read nor written, so that no other file gets the number while an object of the
 * application's still uses it. The original goes on with its own.
 */
public final class ClosedDescriptors {
  private static final int O_PATH = 010000000;
  private static final int O_CLOEXEC = 02000000;

  private final Keeper keeper;
  private final List<OpenFile> files;
  private final List<OpenFile> replaced = new ArrayList<>();

  public ClosedDescriptors(Keeper keeper, List<OpenFile> files) {
    this.keeper = keeper;
    this.files = files;
  }

  /** While the application runs. */
  public void prepare(Path folder) throws Failure {
    if (files.isEmpty()) {
      return;
    }
    OpenFile first = files.get(0);
    try {
      keeper.start(folder, files.stream().map(OpenFile::number).toList());
    } catch (IOException e) {
      throw new Failure(
          Messages.FAILED,
          "descriptor "
              + first.number()
              + " (\""
              + first.target()
              + "\"), which the policies close, could not be set aside ("
              + e.getMessage()
              + ")",
          "close it in a beforeCheckpoint callback",
          e);
    }
  }

  /** When nobody can use them any more. */
  public void replace() throws IOException {
    for (OpenFile file : files) {
      Kernel.reopen(file.number(), Path.of("/"), O_PATH | file.flags() & O_CLOEXEC);
      replaced.add(file);
    }
  }

  /**
   * In the original.
   *
   * @throws IOException not all of them could be put back; it is worth another try
   */
  public void restore() throws IOException {
    while (!replaced.isEmpty()) {
      OpenFile file = replaced.get(0);
      int copy = keeper.take(file.number());
      try {
        Kernel.duplicate(copy, file.number(), file.flags() & O_CLOEXEC);
      } finally {
        Kernel.close(copy);
      }
      replaced.remove(0);
    }
  }

  /** In the restored process. */
  public void forget() {
    replaced.clear();
  }
}
