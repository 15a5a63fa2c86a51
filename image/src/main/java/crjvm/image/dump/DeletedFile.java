package crjvm.image.dump;

import crjvm.image.ImageException;
import crjvm.image.dump.proto.GhostChunk;
import crjvm.image.dump.proto.GhostFile;
import crjvm.image.dump.proto.RemapFilePath;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

/** A file that had no name any more at the dump (CRIU calls it a ghost file), with its content. */
public final class DeletedFile {
  private static final int BUFFER = 1 << 16;
  private static final int GHOST = 1; // CRIU's remap_type GHOST

  private final Path file;
  private final int id;
  private final long size;

  private DeletedFile(Path file, int id, long size) {
    this.file = file;
    this.id = id;
    this.size = size;
  }

  /** Returns the deleted files of a dump by the ids of the open files that refer to them. */
  public static Map<Integer, DeletedFile> byFileId(DumpedFiles dump)
      throws IOException, ImageException {
    Map<Integer, DeletedFile> files = new HashMap<>();
    Map<Integer, DeletedFile> byId = new HashMap<>();
    for (RemapFilePath remap : dump.remaps()) {
      if (remap.getRemapType() != GHOST) {
        continue;
      }
      DeletedFile file = byId.get(remap.getRemapId());
      if (file == null) {
        file = read(dump.folder(), remap.getRemapId());
        byId.put(remap.getRemapId(), file);
      }
      files.put(remap.getOrigId(), file);
    }
    return files;
  }

  private static DeletedFile read(Path folder, int id) throws IOException, ImageException {
    Path file = folder.resolve("ghost-file-" + Integer.toHexString(id) + ".img");
    try (DumpFile in = new DumpFile(file)) {
      GhostFile head = in.next(GhostFile.parser());
      if (head == null) {
        throw new ImageException("CRIU's file \"" + file + "\" is empty");
      }
      long size =
          head.hasSize() ? head.getSize() : in.rest().transferTo(OutputStream.nullOutputStream());
      return new DeletedFile(file, id, size);
    }
  }

  /** Returns CRIU's number of the file's content. */
  public int id() {
    return id;
  }

  /** Returns the size in bytes. */
  public long size() {
    return size;
  }

  /** Receives the content of a file, part by part. The gaps between the parts are holes. */
  public interface PartAction {
    /**
     * Receives a part.
     *
     * @param content the bytes, at most {@code length}
     */
    void accept(long offset, long length, InputStream content) throws IOException;
  }

  /** Passes the parts to the action in ascending order. */
  public void eachPart(PartAction action) throws IOException, ImageException {
    try (DumpFile in = new DumpFile(file)) {
      GhostFile head = in.next(GhostFile.parser());
      if (!head.getChunks()) {
        if (size > 0) {
          action.accept(0, size, in.rest());
        }
        return;
      }
      for (GhostChunk chunk; (chunk = in.next(GhostChunk.parser())) != null; ) {
        // The last block of a file may extend beyond its end.
        long length = Math.min(chunk.getLen(), size - chunk.getOff());
        InputStream part = new BoundedInput(in.rest(), chunk.getLen());
        if (length > 0) {
          action.accept(chunk.getOff(), length, new BoundedInput(part, length));
        }
        part.skipNBytes(((BoundedInput) part).left());
      }
    }
  }

  /** Writes the content to a new file and keeps the holes. */
  public void copyTo(Path target) throws IOException, ImageException {
    try (FileChannel out =
        FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      eachPart((offset, length, content) -> writeAll(out, content, offset));
      if (out.size() < size) {
        out.write(ByteBuffer.wrap(new byte[1]), size - 1);
      }
    }
  }

  private static void writeAll(FileChannel out, InputStream content, long offset)
      throws IOException {
    byte[] bytes = new byte[BUFFER];
    for (int count; (count = content.read(bytes)) > 0; ) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, count);
      while (buffer.hasRemaining()) {
        offset += out.write(buffer, offset);
      }
    }
  }
}
