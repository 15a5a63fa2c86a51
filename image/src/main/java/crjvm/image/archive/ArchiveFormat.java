package crjvm.image.archive;

import java.nio.charset.StandardCharsets;

/**
 * What reader and writer agree on. An archive is a tar stream in zstd frames of equal size, each
 * with its checksum and independent of the others, and behind them a frame for crjvm alone, which
 * zstd skips.
 */
final class ArchiveFormat {
  static final int VERSION = 1;

  /** The first record of the tar stream is this comment, with the version. */
  static final String COMMENT = "crjvm image archive ";

  /** The image's name in the tar stream, which {@code tar -x} makes of it. */
  static final String FOLDER = "crjvm-image/";

  /** GNU tar's names for sparse files have a process id here. */
  static final String SPARSE_FOLDER = FOLDER + "GNUSparseFile.0/";

  /** Bytes of the tar stream in a frame. */
  static final int FRAME = 4 << 20;

  static final int ZSTD_MAGIC = 0xFD2FB528;

  /** How an encrypted archive begins. */
  static final byte[] AGE = "age-encryption.org/v1\n".getBytes(StandardCharsets.US_ASCII);

  /** One of the sixteen magic numbers of frames that zstd skips. */
  static final int END_MAGIC = 0x184D2A5C;

  /** "CRJVMEND", little-endian. */
  static final long END_TAG = 0x444e454d564a5243L;

  /** Tag, number of bytes before this frame, and their CRC-32C. */
  static final int END_SIZE = Long.BYTES + Long.BYTES + Integer.BYTES;

  private ArchiveFormat() {}
}
