package crjvm.image.dump;

import crjvm.image.ImageException;
import crjvm.image.dump.proto.GhostChunk;
import crjvm.image.dump.proto.GhostFile;
import crjvm.image.dump.proto.RemapFilePath;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

/** A file that had no name any more at the dump (CRIU: a ghost file), with its content. */
public final class DeletedFile {
  private static final int GHOST = 1; // CRIU: remap_type GHOST

  private final Path file;
  private final int id;
  private final long size;

  private DeletedFile(Path file, int id, long size) {
    this.file = file;
    this.id = id;
    this.size = size;
  }

  /** The deleted files of a dump by the ids of the open files that refer to them. */
  public static Map<Integer, DeletedFile> byFileId(Dump dump) throws IOException, ImageException {
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

  /** CRIU's number of the file's content. */
  public int id() {
    return id;
  }

  /** Bytes. */
  public long size() {
    return size;
  }

  /** Writes the content into a new file, holes as holes. */
  public void copyTo(Path target) throws IOException, ImageException {
    try (DumpFile in = new DumpFile(file);
        FileChannel out =
            FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      GhostFile head = in.next(GhostFile.parser());
      if (head.getChunks()) {
        for (GhostChunk chunk; (chunk = in.next(GhostChunk.parser())) != null; ) {
          writeAll(out, in.readBytes(Math.toIntExact(chunk.getLen())), chunk.getOff());
        }
      } else {
        writeAll(out, in.rest().readAllBytes(), 0);
      }
      if (out.size() < size) {
        writeAll(out, new byte[1], size - 1);
      }
    }
  }

  /** The content, holes as zeroes. */
  public InputStream content() throws IOException, ImageException {
    Path copy = Files.createTempFile(file.getParent(), "deleted-", null);
    try {
      Files.delete(copy);
      copyTo(copy);
      return new ByteArrayInputStream(Files.readAllBytes(copy));
    } finally {
      Files.deleteIfExists(copy);
    }
  }

  private static void writeAll(FileChannel out, byte[] bytes, long offset) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      offset += out.write(buffer, offset);
    }
  }
}
