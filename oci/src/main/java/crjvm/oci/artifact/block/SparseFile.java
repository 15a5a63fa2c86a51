package crjvm.oci.artifact.block;

import crjvm.image.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Writes files with holes in place of zeroes. */
public final class SparseFile {
  private SparseFile() {}

  /**
   * Sets the size of a file. The part that is added is a hole. A file that was longer loses all of
   * its content.
   */
  public static FileChannel sized(FileChannel file, long size) throws IOException {
    if (file.size() > size) {
      file.truncate(0);
    }
    if (file.size() < size) {
      file.write(ByteBuffer.wrap(new byte[1]), size - 1);
    }
    return file;
  }

  /** Returns whether the file contains a block. */
  public static boolean has(FileChannel file, Block block) throws IOException {
    ByteBuffer content = ByteBuffer.allocate(block.length());
    BlockCutter.read(file, block.offset(), content);
    return !isZero(content.array(), 0, block.length())
        && Digest.sha256(content.array()).equals(block.sha256());
  }

  /** Writes to a hole, which remains where the content is pages of zeroes. */
  public static void write(FileChannel file, long offset, byte[] content) throws IOException {
    int page = BlockCutter.PAGE;
    for (int at = 0; at < content.length; ) {
      int end = at;
      while (end < content.length && !isZero(content, end, Math.min(page, content.length - end))) {
        end += Math.min(page, content.length - end);
      }
      ByteBuffer data = ByteBuffer.wrap(content, at, end - at);
      while (data.hasRemaining()) {
        file.write(data, offset + data.position());
      }
      at = end + Math.min(page, content.length - end);
    }
  }

  private static boolean isZero(byte[] content, int from, int length) {
    for (int i = from; i < from + length; i++) {
      if (content[i] != 0) {
        return false;
      }
    }
    return true;
  }
}
