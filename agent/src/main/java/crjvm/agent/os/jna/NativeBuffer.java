package crjvm.agent.os.jna;

import com.sun.jna.Native;
import com.sun.jna.Pointer;

/**
 * Memory outside of the Java heap for system calls after a restore. An array would be copied in
 * both directions as a whole, and every page of it costs a page fault.
 */
public final class NativeBuffer implements AutoCloseable {
  private final int size;
  private Pointer memory;

  public NativeBuffer(int size) {
    this.size = size;
    memory = new Pointer(Native.malloc(size));
  }

  int size() {
    return size;
  }

  long address() {
    return Pointer.nativeValue(memory);
  }

  /** Returns a copy of the first bytes. */
  public byte[] bytes(int count) {
    return memory.getByteArray(0, count);
  }

  void put(byte[] bytes) {
    memory.write(0, bytes, 0, bytes.length);
  }

  /** Frees the memory. The buffer can't be used afterwards. */
  @Override
  public void close() {
    Native.free(address());
    memory = Pointer.NULL;
  }
}
