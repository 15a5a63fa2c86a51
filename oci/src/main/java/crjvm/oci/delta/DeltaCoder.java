package crjvm.oci.delta;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdDictContentType;
import com.github.luben.zstd.ZstdDictDecompress;
import com.github.luben.zstd.ZstdException;
import crjvm.image.ImageException;
import crjvm.oci.delta.Delta.Part;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Packs the memory of an image as a delta. zstd finds in the base what the content has without its
 * pointers. The pointers follow in streams of their own.
 */
public final class DeltaCoder {
  /** A dictionary has no long-distance matches, so the tables are larger than those of delta.c. */
  private static final int LEVEL = 7;

  private static final int STREAM_LEVEL = 9;
  private static final int HASH_BITS = 26;
  private static final int CHAIN_BITS = 26;
  private static final int LEAST_WINDOW = 20;
  private static final int MOST_WINDOW = 31;

  private DeltaCoder() {}

  /** A delta with its blob. */
  public record Packed(Delta delta, byte[] blob) {}

  /**
   * Packs a content.
   *
   * @param base all blocks of the base
   * @param temporary a folder for files as large as base and content
   * @throws ImageException if the delta would be too large
   */
  public static Packed pack(PointerRules rules, ByteBuffer base, ByteBuffer content, Path temporary)
      throws IOException, ImageException {
    List<Part> parts = new ArrayList<>();
    List<byte[]> frames = new ArrayList<>();
    try (ScratchFile masked = ScratchFile.make(temporary, content.limit())) {
      byte[] reference = new byte[base.limit()];
      mask(rules, base, ByteBuffer.wrap(reference).order(ByteOrder.LITTLE_ENDIAN));
      mask(rules, content, masked.map());
      frames.add(packMasked(reference, masked.map(), temporary));
      parts.add(new Part(frames.get(0).length, content.limit()));
    }
    List<byte[]> plain = new ArrayList<>(List.of(toBytes(rules.runs())));
    PointerCoder.code(rules, words(base), words(content))
        .forEach(each -> plain.add(each.toBytes()));
    for (byte[] each : plain) {
      frames.add(Zstd.compress(each, STREAM_LEVEL));
      parts.add(new Part(frames.get(frames.size() - 1).length, each.length));
    }
    long size = parts.stream().mapToLong(Part::size).sum();
    Delta delta = new Delta(base.limit(), rules, List.copyOf(parts));
    if (size > Delta.BLOB_MAX || Delta.parse(delta.format(), content.limit(), size).isEmpty()) {
      throw tooLarge();
    }
    ByteBuffer blob = ByteBuffer.allocate((int) size);
    frames.forEach(blob::put);
    return new Packed(delta, blob.array());
  }

  private static ImageException tooLarge() {
    return new ImageException(
        "the image has too little in common with its base; push it without --base");
  }

  private static byte[] packMasked(byte[] reference, ByteBuffer masked, Path temporary)
      throws IOException, ImageException {
    int bound = (int) Math.min(Delta.BLOB_MAX, Zstd.compressBound(masked.limit()));
    try (ZstdCompressCtx packing = new ZstdCompressCtx();
        ScratchFile file = ScratchFile.make(temporary, bound)) {
      ByteBuffer packed = file.map();
      packing.setLevel(LEVEL).setHashLog(HASH_BITS).setChainLog(CHAIN_BITS);
      packing.setWindowLog(window((long) reference.length + masked.limit()));
      packing.loadDict(reference, ZstdDictContentType.RAW_CONTENT);
      int size = packing.compressDirectByteBuffer(packed, 0, bound, masked, 0, masked.limit());
      byte[] bytes = new byte[size];
      packed.get(0, bytes);
      return bytes;
    } catch (ZstdException e) {
      throw tooLarge();
    }
  }

  private static int window(long length) {
    int bits = LEAST_WINDOW;
    while (bits < MOST_WINDOW && 1L << bits < length) {
      bits++;
    }
    return bits;
  }

  /**
   * Unpacks a blob.
   *
   * @param base all blocks of the base
   * @param content as long as the content
   * @param temporary a folder for a file as large as the base
   * @return false if the blob is not what the delta says, or does not belong to this base
   */
  public static boolean unpack(
      Delta delta, byte[] blob, ByteBuffer base, ByteBuffer content, Path temporary)
      throws IOException {
    if (!delta.rules().isValid() || base.limit() != delta.base()) {
      return false;
    }
    try (ScratchFile masked = ScratchFile.make(temporary, base.limit())) {
      mask(delta.rules(), base, masked.map());
      return unpackMasked(delta, blob, masked.map(), content)
          && unpackPointers(delta, blob, base, content);
    } catch (ZstdException e) {
      return false;
    }
  }

  private static boolean unpackMasked(
      Delta delta, byte[] blob, ByteBuffer reference, ByteBuffer content) {
    int size = (int) delta.parts().get(Delta.MASKED).size();
    ByteBuffer packed = ByteBuffer.allocateDirect(size).put(blob, 0, size).flip();
    try (ZstdDictDecompress dictionary =
            new ZstdDictDecompress(reference, true, ZstdDictContentType.RAW_CONTENT);
        ZstdDecompressCtx unpacking = new ZstdDecompressCtx()) {
      unpacking.loadDict(dictionary);
      return unpacking.decompressDirectByteBuffer(content, 0, content.limit(), packed, 0, size)
          == content.limit();
    }
  }

  private static boolean unpackPointers(
      Delta delta, byte[] blob, ByteBuffer base, ByteBuffer content) {
    List<byte[]> plain = new ArrayList<>();
    long at = delta.parts().get(Delta.MASKED).size();
    for (Part each : delta.parts().subList(Delta.RUNS, Delta.PARTS)) {
      byte[] bytes = new byte[(int) each.length()];
      long length =
          Zstd.decompressByteArray(bytes, 0, bytes.length, blob, (int) at, (int) each.size());
      if (length != bytes.length) {
        return false;
      }
      plain.add(bytes);
      at += each.size();
    }
    PointerRules given = delta.rules();
    PointerRules rules =
        new PointerRules(given.low(), given.high(), given.shift(), toLongs(plain.get(0)));
    List<ByteStream> streams = plain.stream().skip(1).map(ByteStream::new).toList();
    return rules.isValid() && PointerCoder.restore(rules, words(base), words(content), streams);
  }

  private static LongBuffer words(ByteBuffer bytes) {
    return bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
  }

  /** Copies words without their pointers, and the bytes after the last word. */
  private static void mask(PointerRules rules, ByteBuffer from, ByteBuffer to) {
    PointerCoder.mask(rules, words(from), words(to));
    for (int i = from.limit() - from.limit() % Long.BYTES; i < from.limit(); i++) {
      to.put(i, from.get(i));
    }
  }

  private static byte[] toBytes(long[] numbers) {
    ByteBuffer bytes =
        ByteBuffer.allocate(numbers.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(numbers);
    return bytes.array();
  }

  private static long[] toLongs(byte[] bytes) {
    long[] numbers = new long[bytes.length / Long.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer().get(numbers);
    return numbers;
  }
}
