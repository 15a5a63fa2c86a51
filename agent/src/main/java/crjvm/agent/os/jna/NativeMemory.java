package crjvm.agent.os.jna;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import java.nio.charset.StandardCharsets;

/**
 * Access to this process's memory by addresses, and to functions that only some C libraries have.
 */
public final class NativeMemory {
  private NativeMemory() {}

  public static int readInt(long address) {
    return new Pointer(address).getInt(0);
  }

  public static long readLong(long address) {
    return new Pointer(address).getLong(0);
  }

  public static void writeLong(long address, long value) {
    new Pointer(address).setLong(0, value);
  }

  public static void writeByte(long address, byte value) {
    new Pointer(address).setByte(0, value);
  }

  /** Reads a NUL-terminated string. */
  public static String readString(long address) {
    return new Pointer(address).getString(0, StandardCharsets.US_ASCII.name());
  }

  public static boolean hasFunction(String name) {
    try {
      NativeLibrary.getProcess().getFunction(name);
      return true;
    } catch (UnsatisfiedLinkError e) {
      return false;
    }
  }

  /** Calls a function that takes a number and returns an address. */
  public static long call(String function, int argument) {
    Function found = NativeLibrary.getProcess().getFunction(function);
    return Pointer.nativeValue(found.invokePointer(new Object[] {argument}));
  }
}
