package crjvm.image.manifest;

import crjvm.image.Digest;
import crjvm.image.ImageException;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The SHA-256 of each block of a memory file, one per line. They show where a file is damaged, and
 * all processors can compute them.
 */
public final class BlockDigests {
  /** The name of the file with the digests, beside the memory file. */
  public static final String FILE = "memory.sha256";

  /** The size of a block in bytes. The last block may be shorter. */
  public static final int BLOCK = 1 << 20;

  private static final byte[] ZEROES = new byte[BLOCK];
  private static final String ZEROES_DIGEST = Digest.sha256(ZEROES);
  private static final String LINE = "[0-9a-f]{64}";

  private final List<String> lines;

  private BlockDigests(List<String> lines) {
    this.lines = lines;
  }

  /** Computes the digests of a whole memory file, with all processors. */
  public static BlockDigests compute(Path memory) throws IOException {
    try (FileChannel file = FileChannel.open(memory, StandardOpenOption.READ)) {
      long size = file.size();
      return new BlockDigests(
          IntStream.range(0, blocks(size))
              .parallel()
              .mapToObj(block -> digest(file, size, block))
              .toList());
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /**
   * Reads the digests of an image.
   *
   * @param memorySize the size in bytes of the memory file that they describe
   */
  public static BlockDigests read(Path file, long memorySize) throws IOException, ImageException {
    List<String> lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
    if (memorySize < 0
        || memorySize > (long) BLOCK * Integer.MAX_VALUE
        || lines.size() != blocks(memorySize)
        || !lines.stream().allMatch(line -> line.matches(LINE))) {
      throw new ImageException(
          "\""
              + file
              + "\" is damaged: it does not have one digest for each block; make the image again");
    }
    return new BlockDigests(lines);
  }

  /** Returns the digests in the format of an image. */
  public byte[] format() {
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(line).append('\n'));
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Finds the blocks in which a memory file of the same size has other contents.
   *
   * @return the offsets of the blocks, in ascending order
   */
  public List<Long> differences(Path memory) throws IOException {
    try (FileChannel file = FileChannel.open(memory, StandardOpenOption.READ)) {
      long size = file.size();
      IntPredicate differs = block -> !digest(file, size, block).equals(lines.get(block));
      return IntStream.range(0, lines.size())
          .parallel()
          .filter(differs)
          .mapToObj(block -> (long) block * BLOCK)
          .toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static int blocks(long size) {
    return Math.toIntExact((size + BLOCK - 1) / BLOCK);
  }

  private static String digest(FileChannel file, long size, int block) {
    long start = (long) block * BLOCK;
    byte[] content = new byte[(int) Math.min(BLOCK, size - start)];
    try {
      ByteBuffer left = ByteBuffer.wrap(content);
      while (left.hasRemaining()) {
        if (file.read(left, start + left.position()) < 0) {
          throw new EOFException("the memory file became shorter");
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    // There are many holes, and comparing is ten times as fast as hashing.
    return Arrays.equals(content, ZEROES) ? ZEROES_DIGEST : Digest.sha256(content);
  }
}
