package crjvm.agent.os.command;

import com.sun.jna.Function;
import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import crjvm.agent.os.jna.LibC;
import crjvm.agent.os.process.NativeEncoding;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A child process that posix_spawn(3) starts in the calling thread, because the JDK needs other
 * threads to start one.
 */
final class Spawn {
  private static final int FIRST_OTHER = 3;
  private static final int FILE_ACTIONS_BYTES = 256; // C libraries use some 80

  private final List<Long> memory = new ArrayList<>();

  /**
   * Pairs of the old and the new number. If both are the same, the child keeps a descriptor that
   * would otherwise be closed on exec.
   */
  private final List<int[]> duplicates = new ArrayList<>();

  private boolean hasInput = true;
  private boolean hasOthers = true;

  /** Uses /dev/null as standard input. */
  Spawn withoutInput() {
    hasInput = false;
    return this;
  }

  /**
   * Closes all descriptors except the standard streams in the child. It must not be used behind the
   * gate, because JNA may need locks.
   */
  Spawn withoutOthers() {
    hasOthers = false;
    return this;
  }

  Spawn duplicate(int from, int to) {
    duplicates.add(new int[] {from, to});
    return this;
  }

  /**
   * @return the process id
   */
  int start(List<String> command) throws IOException {
    long actions = allocate(FILE_ACTIONS_BYTES);
    try {
      check(LibC.posix_spawn_file_actions_init(actions));
      if (!hasInput) {
        check(LibC.posix_spawn_file_actions_addopen(actions, 0, terminated("/dev/null"), 0, 0));
      }
      for (int[] pair : duplicates) {
        check(LibC.posix_spawn_file_actions_adddup2(actions, pair[0], pair[1]));
      }
      if (!hasOthers) {
        closeOthers(actions);
      }
      long arguments = allocate((command.size() + 1) * Long.BYTES);
      for (int i = 0; i < command.size(); i++) {
        new Pointer(arguments).setLong((long) i * Long.BYTES, copy(command.get(i)));
      }
      new Pointer(arguments).setLong((long) command.size() * Long.BYTES, 0);
      long environment = NativeLibrary.getProcess().getGlobalVariableAddress("environ").getLong(0);
      int[] pid = new int[1];
      byte[] program = terminated(command.get(0));
      check(LibC.posix_spawn(pid, program, actions, 0, arguments, environment));
      return pid[0];
    } finally {
      LibC.posix_spawn_file_actions_destroy(actions);
      memory.forEach(Native::free);
      memory.clear();
    }
  }

  private static void closeOthers(long actions) throws IOException {
    Function function;
    try {
      function = NativeLibrary.getProcess().getFunction("posix_spawn_file_actions_addclosefrom_np");
    } catch (UnsatisfiedLinkError e) {
      return; // The child inherits all descriptors that are not closed on exec.
    }
    check(function.invokeInt(new Object[] {new Pointer(actions), FIRST_OTHER}));
  }

  /** Allocates memory. JNA's class Memory would need its cleaner, which has a thread. */
  private long allocate(int size) {
    long address = Native.malloc(size);
    memory.add(address);
    return address;
  }

  private long copy(String text) {
    byte[] bytes = terminated(text);
    long address = allocate(bytes.length);
    new Pointer(address).write(0, bytes, 0, bytes.length);
    return address;
  }

  private static byte[] terminated(String text) {
    return (text + '\0').getBytes(NativeEncoding.CHARSET);
  }

  private static void check(int error) throws IOException {
    if (error != 0) {
      throw new IOException("posix_spawn: " + new LastErrorException(error).getMessage());
    }
  }
}
