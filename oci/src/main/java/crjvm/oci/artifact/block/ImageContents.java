package crjvm.oci.artifact.block;

import crjvm.image.Digest;
import crjvm.image.ImageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The files of an image while they are read, several parts at a time. */
public final class ImageContents implements AutoCloseable {
  private final Path image;
  private final Map<String, FileChannel> files = new HashMap<>();

  private record FileSpan(String file, BlockCutter.Span span) {}

  public ImageContents(Path image) {
    this.image = image;
  }

  /** Returns the blocks of files, in their order. */
  public List<Block> cut(List<String> names)
      throws IOException, ImageException, InterruptedException {
    List<FileSpan> spans = new ArrayList<>();
    for (String name : names) {
      FileChannel file = FileChannel.open(image.resolve(name));
      files.put(name, file);
      for (BlockCutter.Span span : BlockCutter.cut(file, BlockCutter.LIMIT)) {
        spans.add(new FileSpan(name, span));
      }
    }
    return BlockThreads.run(
        spans, each -> each.span().length(), each -> block(each.file(), each.span()));
  }

  private Block block(String file, BlockCutter.Span span) throws IOException {
    byte[] content = read(file, span.offset(), span.length());
    return new Block(file, span.offset(), span.length(), Digest.sha256(content));
  }

  /** Reads a part of a file that has been cut. */
  public byte[] read(String file, long offset, int length) throws IOException {
    byte[] content = new byte[length];
    BlockCutter.read(files.get(file), offset, ByteBuffer.wrap(content));
    return content;
  }

  @Override
  public void close() throws IOException {
    for (FileChannel each : files.values()) {
      each.close();
    }
  }
}
