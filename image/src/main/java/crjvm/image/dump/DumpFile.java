package crjvm.image.dump;

import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import crjvm.image.ImageException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One of CRIU's files. It has two magic words and then entries, each with a length and a message.
 * Some files have raw bytes between entries.
 */
final class DumpFile implements AutoCloseable {
  /** The first word of every file except the inventory (CRIU's IMG_COMMON_MAGIC). */
  private static final int COMMON_MAGIC = 0x54564319;

  /** The first word of files about the dump itself (CRIU's IMG_SERVICE_MAGIC). */
  private static final int SERVICE_MAGIC = 0x55105940;

  /**
   * The largest length of an entry. No entry that the compiler reads comes near it, so a larger
   * length means damage.
   */
  private static final int MAX_ENTRY = 64 << 20;

  private final Path file;
  private final DataInputStream in;

  DumpFile(Path file) throws IOException, ImageException {
    this.file = file;
    this.in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16));
    int magic = readWord();
    if (magic == COMMON_MAGIC || magic == SERVICE_MAGIC) {
      readWord(); // the kind of file, which its name tells already
    }
  }

  /**
   * Returns all entries of a file that has only entries. The list is empty if CRIU wrote no such
   * file.
   */
  static <T extends Message> List<T> readAll(Path file, Parser<T> parser)
      throws IOException, ImageException {
    List<T> entries = new ArrayList<>();
    if (Files.exists(file)) {
      try (DumpFile dump = new DumpFile(file)) {
        for (T entry; (entry = dump.next(parser)) != null; ) {
          entries.add(entry);
        }
      }
    }
    return entries;
  }

  /** Returns the next entry, or null at the end of the file. */
  <T extends Message> T next(Parser<T> parser) throws IOException, ImageException {
    in.mark(1);
    if (in.read() < 0) {
      return null;
    }
    in.reset();
    int length = readWord();
    if (length < 0 || length > MAX_ENTRY) {
      throw new ImageException(
          "CRIU's file \"" + file + "\" is damaged: an entry of " + length + " bytes");
    }
    return parser.parseFrom(readBytes(length));
  }

  /** Returns raw bytes that follow an entry. */
  byte[] readBytes(int length) throws IOException, ImageException {
    byte[] bytes = in.readNBytes(Math.max(0, length));
    if (bytes.length != length) {
      throw new ImageException("CRIU's file \"" + file + "\" ends early");
    }
    return bytes;
  }

  InputStream rest() {
    return in;
  }

  private int readWord() throws IOException, ImageException {
    try {
      return Integer.reverseBytes(in.readInt());
    } catch (EOFException e) {
      throw new ImageException("CRIU's file \"" + file + "\" ends early", e);
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
