package crjvm.agent.checkpoint.aside;

import crjvm.agent.message.Failure;
import crjvm.agent.message.Messages;
import crjvm.agent.os.jna.Kernel;
import crjvm.agent.os.process.OpenFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Descriptors that must be closed in restored processes. The image has a descriptor in their place
 * that can be neither read nor written, so no other file gets the number while an object of the
 * application still uses it. The original process keeps its descriptors.
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

  /** Starts the keeper while the application runs. */
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

  /** Replaces the descriptors when no thread can use them any more. */
  public void replace() throws IOException {
    for (OpenFile file : files) {
      Kernel.reopen(file.number(), Path.of("/"), O_PATH | file.flags() & O_CLOEXEC);
      replaced.add(file);
    }
  }

  /**
   * Puts the descriptors back in the original process.
   *
   * @throws IOException not all of them could be put back; another try may succeed
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

  /** Forgets the descriptors in the restored process. */
  public void forget() {
    replaced.clear();
  }
}
