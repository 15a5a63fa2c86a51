package crjvm.image.archive.frame;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.util.Native;
import crjvm.image.ImageException;

/** The native library behind the Java classes of zstd. */
public final class ZstdLibrary {
  /** The space that the compressed form of any frame fits into. */
  static final int FRAME_BOUND = (int) bound(ArchiveFormat.FRAME);

  private ZstdLibrary() {}

  /**
   * Returns at least as much as ZSTD_compressBound, which can't be called before the library is
   * loaded.
   */
  private static long bound(long size) {
    return size + (size >> 8) + 64;
  }

  public static void load() throws ImageException {
    try {
      Native.load();
      if (Zstd.compressBound(ArchiveFormat.FRAME) > FRAME_BOUND) {
        throw new IllegalStateException("this zstd needs more room than expected");
      }
    } catch (LinkageError e) {
      throw new ImageException(
          "zstd's library can't be loaded from \""
              + System.getProperty("java.io.tmpdir")
              + "\" ("
              + String.valueOf(e.getMessage()).lines().findFirst().orElse("")
              + "); set JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=DIR to a folder that is not mounted"
              + " noexec",
          e);
    }
  }
}
