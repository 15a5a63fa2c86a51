package crjvm.oci.delta;

import java.util.Arrays;

/** Bytes that are first written and then read. Numbers have their lowest byte first. */
final class ByteStream {
  private static final int ROOM = 1 << 16;

  private byte[] bytes;
  private int length;
  private int at;

  ByteStream() {
    this.bytes = new byte[ROOM];
  }

  ByteStream(byte[] bytes) {
    this.bytes = bytes;
    this.length = bytes.length;
  }

  void put(long value, int count) {
    if (length + count > bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * bytes.length);
    }
    for (int i = 0; i < count; i++) {
      bytes[length++] = (byte) (value >>> 8 * i);
    }
  }

  /** Returns a number, or -1 if there are fewer bytes. */
  long get(int count) {
    if (length - at < count) {
      return -1;
    }
    long value = 0;
    for (int i = 0; i < count; i++) {
      value |= (bytes[at++] & 0xffL) << 8 * i;
    }
    return value;
  }

  boolean isAtEnd() {
    return at == length;
  }

  byte[] toBytes() {
    return Arrays.copyOf(bytes, length);
  }
}
