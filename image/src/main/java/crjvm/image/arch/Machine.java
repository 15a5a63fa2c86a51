package crjvm.image.arch;

import crjvm.image.ImageException;
import crjvm.image.dump.proto.Core;
import crjvm.image.dump.proto.SignalAction;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * A kind of machine: everything about dumps and plans that depends on the processor, and on what
 * the kernel does differently on it. There is an implementation in a package for each of them.
 */
public interface Machine {
  Architecture architecture();

  /** Returns the features of the processor that code may depend on. */
  CpuFeatures features();

  /** Returns the addresses that the restorer uses. */
  OwnAddresses addresses();

  /** Returns the highest address of a program. */
  long highestAddress();

  /**
   * Returns the size of a page of the kernel, in bytes.
   *
   * @param bounds the bitwise or of all addresses at which mappings of a process begin and end
   */
  int pageSize(long bounds);

  /**
   * Returns the number of bits in the addresses of programs.
   *
   * @param end the highest address at which a mapping of the process ends
   */
  int addressBits(long end);

  /** Returns the number of bytes below the stack pointer that functions may use. */
  int redZone();

  /** Returns the types of relocations in ELF files. */
  Relocations relocations();

  /** Returns the property of files that changes the protection of their code, if there is one. */
  Optional<FileProperty> fileProperty(Cpu cpu);

  /** Returns the name of a function in the symbol table of the vDSO. */
  String vdsoSymbol(VdsoFunction function);

  /**
   * Returns the code of a vDSO.
   *
   * @param address the address at which its copy will begin
   */
  ClockCode clockCode(byte[] code, long address);

  /** Returns how the dynamic loader's words for the size of saved registers are found. */
  Optional<SaveAreas> saveAreas();

  /** Returns a thread of a dump. */
  DumpedThread thread(Core core);

  /** Returns the size of struct plan_thread in bytes. */
  int threadSize();

  /** Returns the size of struct plan_processor in bytes. */
  int processorSize();

  /**
   * Returns struct plan_processor: what the process needs of the processor.
   *
   * @param threads the threads as the plan has them, the main thread first
   * @param program finds out what Java code can't
   */
  byte[] processor(Cpu cpu, List<Core> threads, ProcessorProgram program)
      throws IOException, ImageException;

  /**
   * Returns the register whose value has to be replaced where libraries keep it, if there is one.
   */
  Optional<CachedRegister> cachedRegister(Cpu cpu, ProcessorProgram program)
      throws IOException, ImageException;

  /** Returns O_DIRECTORY of open(2). */
  int openDirectory();

  /** Returns the function to which the handler of a signal returns, or 0. */
  long restorer(SignalAction action);
}
