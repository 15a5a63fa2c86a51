package crjvm.image.compile.memory;

import java.nio.ByteBuffer;

/**
 * The words of pages in an array, eight bytes each. The compiler runs mostly in the interpreter,
 * which reads arrays many times faster than buffers.
 */
public final class Words {
  private long[] words = {};
  private int count;

  /** Copies the whole words of a buffer, from its start to its limit, in the buffer's order. */
  public void copy(ByteBuffer content) {
    count = content.limit() / Long.BYTES;
    if (words.length < count) {
      words = new long[count];
    }
    content.duplicate().order(content.order()).position(0).asLongBuffer().get(words, 0, count);
  }

  /** Returns the array. Only the first {@link #count} elements are those of the last copy. */
  public long[] array() {
    return words;
  }

  public int count() {
    return count;
  }
}
