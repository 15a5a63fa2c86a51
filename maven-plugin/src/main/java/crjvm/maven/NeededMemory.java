package crjvm.maven;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.util.Map;

/**
 * The memory that a container with an image needs, as {@code crjvm inspect --json} reports it.
 *
 * @param least the bytes without which the image is refused
 * @param wholeHeap the bytes for a heap of the largest size
 */
record NeededMemory(long least, long wholeHeap) {
  private static final long MEBIBYTE = 1 << 20;

  /**
   * Parses the description of an image.
   *
   * @throws IOException if the text is not the description of an image
   */
  static NeededMemory parse(String json) throws IOException {
    if (JSON.std.mapFrom(json).get("needs") instanceof Map<?, ?> needs
        && needs.get("memory") instanceof Number least
        && needs.get("wholeHeap") instanceof Number wholeHeap) {
      return new NeededMemory(least.longValue(), wholeHeap.longValue());
    }
    throw new IOException("crjvm inspect does not say how much memory the image needs");
  }

  /** Returns a sentence for the build's log. */
  String sentence() {
    return "a container of the image needs %d MiB of memory at least, %d MiB for the whole heap"
        .formatted(mebibytes(least), mebibytes(wholeHeap));
  }

  private static long mebibytes(long bytes) {
    return (bytes + MEBIBYTE - 1) / MEBIBYTE;
  }
}
