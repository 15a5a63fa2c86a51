package crjvm.image.archive.frame;

import java.nio.charset.StandardCharsets;

/**
 * The format that reader and writer share. An archive is a tar stream in zstd frames of equal size.
 * Each frame has its checksum and is independent of the others. Behind them is a frame for crjvm
 * alone, which zstd skips.
 */
public final class ArchiveFormat {
  public static final int VERSION = 1;

  /** The first record of the tar stream is this comment, with the version. */
  public static final String COMMENT = "crjvm image archive ";

  /** The image's name in the tar stream, which is the folder that {@code tar -x} creates. */
  public static final String FOLDER = "crjvm-image/";

  /** The folder of sparse files. GNU tar's names for sparse files contain a process id here. */
  public static final String SPARSE_FOLDER = FOLDER + "GNUSparseFile.0/";

  /** The size of a frame: bytes of the tar stream. */
  public static final int FRAME = 4 << 20;

  public static final int ZSTD_MAGIC = 0xFD2FB528;

  /** The beginning of an encrypted archive. */
  public static final byte[] AGE = "age-encryption.org/v1\n".getBytes(StandardCharsets.US_ASCII);

  /** One of the sixteen magic numbers of frames that zstd skips. */
  public static final int END_MAGIC = 0x184D2A5C;

  /** The text "CRJVMEND", little-endian. */
  public static final long END_TAG = 0x444e454d564a5243L;

  /** The tag, the number of bytes before this frame, and their CRC-32C. */
  public static final int END_SIZE = Long.BYTES + Long.BYTES + Integer.BYTES;

  private ArchiveFormat() {}
}
