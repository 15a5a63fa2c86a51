package crjvm.image.compile.descriptor;

import crjvm.image.ImageException;
import crjvm.image.dump.Dump;
import crjvm.image.dump.proto.FdInfo;
import crjvm.image.dump.proto.FileEntry;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds descriptors that have opened the pipe or terminal of a standard stream again, for example
 * as {@code /dev/stdout}. In a restored process they refer to the launcher's stream.
 */
final class StreamTwins {
  private static final int ACCESS_MODE = 3;

  private final Dump dump;
  private final List<FdInfo> streams = new ArrayList<>();

  /**
   * Collects the standard streams.
   *
   * @param end the number after that of the last stream
   */
  StreamTwins(Dump dump, int end) {
    this.dump = dump;
    dump.descriptors().stream().filter(stream -> stream.getFd() < end).forEach(streams::add);
  }

  /** Returns the stream's number, or null. */
  Integer sameAs(FdInfo descriptor) throws ImageException {
    FileEntry file = dump.file(descriptor.getId());
    for (FdInfo stream : streams) {
      if (isSame(dump.file(stream.getId()), file)) {
        return stream.getFd();
      }
    }
    return null;
  }

  private static boolean isSame(FileEntry stream, FileEntry file) {
    if (stream.hasPipe() && file.hasPipe()) {
      return stream.getPipe().getPipeId() == file.getPipe().getPipeId()
          && access(stream.getPipe().getFlags()) == access(file.getPipe().getFlags());
    }
    return stream.hasTty()
        && file.hasTty()
        && stream.getTty().getTtyInfoId() == file.getTty().getTtyInfoId()
        && access(stream.getTty().getFlags()) == access(file.getTty().getFlags());
  }

  private static int access(int flags) {
    return flags & ACCESS_MODE;
  }
}
