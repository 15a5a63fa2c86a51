package crjvm.image.arch;

import crjvm.image.ImageException;
import crjvm.image.dump.proto.Core;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A thread with its registers, as CRIU has them and as a plan does (plan_processor.h). */
public interface DumpedThread {
  /** Reads the process's memory. */
  interface Memory {
    /** Returns the 4 bytes at an address, or 0 if there is no memory at that address. */
    int readInt(long address) throws IOException, ImageException;
  }

  /** Returns CRIU's record of the thread, with these registers. */
  Core core();

  long stackPointer();

  /** Returns the address of the instruction that comes next. */
  long instruction();

  /** Returns the thread with another instruction as the next one. */
  DumpedThread withInstruction(long address);

  /** Returns whether one of the registers that functions preserve has the value. */
  boolean preserves(long value);

  /** Returns the pthread_t of glibc. */
  long pthread();

  /** Returns the address of the word that the kernel clears when the thread ends. */
  long clearedWord();

  /** Returns the address of the thread id in glibc's descriptor of the thread (struct pthread). */
  long descriptorsId();

  /** Returns the system call that the thread was in. */
  SystemCall systemCall(Memory memory) throws IOException, ImageException;

  /**
   * Returns the thread as if the checkpoint had interrupted its call, if the call waits for a
   * relative time and would begin again with the whole of it.
   */
  DumpedThread interrupted(Memory memory) throws IOException, ImageException;

  /** Returns the thread without registers that no code of the level reads. */
  DumpedThread withinLevel(CpuLevel level);

  /** Throws if the thread has state that no record has room for. */
  void refuseUnknown(int tid) throws ImageException;

  /** Writes struct plan_bases. */
  void putBases(ByteBuffer out);

  /** Writes struct plan_registers. */
  void putRegisters(ByteBuffer out);
}
