package crjvm.trial;

import crjvm.image.MemoryHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** The kernel's cache of files, from which a trial restore has dropped the image. */
final class PageCache {
  private static final int PIECE = 1 << 20;

  private PageCache() {}

  /**
   * Reads the image's memory file, so that the first start need not wait for the disk. The kernel
   * keeps as much of it as it has room for. A disk that fails makes that start slower, or tells
   * what is wrong then.
   */
  static void fill(Path image) {
    try (FileChannel memory = FileChannel.open(image.resolve(MemoryHeader.FILE))) {
      ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
      while (memory.read(piece) >= 0) {
        piece.clear();
      }
    } catch (IOException e) {
      // The first start is slower.
    }
  }
}
