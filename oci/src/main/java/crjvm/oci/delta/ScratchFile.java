package crjvm.oci.delta;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A file that is removed when it is closed, and whose content the kernel need not keep in memory.
 */
public final class ScratchFile implements AutoCloseable {
  private static final int CHUNK = 1 << 20;

  private final FileChannel file;

  private ScratchFile(FileChannel file) {
    this.file = file;
  }

  /**
   * Makes a file in a folder.
   *
   * @param length the number of bytes, for which there is room on the disk then
   */
  public static ScratchFile make(Path folder, long length) throws IOException {
    Path path =
        Files.createTempFile(
            folder,
            "scratch",
            ".tmp",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    ScratchFile made =
        new ScratchFile(
            FileChannel.open(
                path,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE));
    ByteBuffer zeroes = ByteBuffer.allocateDirect(CHUNK);
    // A page that finds no room on the disk later would end the JVM.
    for (long at = 0; at < length; at += CHUNK) {
      made.file.write(zeroes.clear().limit((int) Math.min(CHUNK, length - at)), at);
    }
    return made;
  }

  public FileChannel channel() {
    return file;
  }

  /** Maps all of it. */
  public ByteBuffer map() throws IOException {
    return map(file);
  }

  /** Maps all of a file that may be written to. */
  public static ByteBuffer map(FileChannel file) throws IOException {
    return file.map(FileChannel.MapMode.READ_WRITE, 0, file.size()).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
