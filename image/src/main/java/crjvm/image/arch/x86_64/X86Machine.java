package crjvm.image.arch.x86_64;

import crjvm.image.arch.Architecture;
import crjvm.image.arch.CachedRegister;
import crjvm.image.arch.ClockCode;
import crjvm.image.arch.Cpu;
import crjvm.image.arch.CpuFeatures;
import crjvm.image.arch.DumpedThread;
import crjvm.image.arch.FileProperty;
import crjvm.image.arch.Machine;
import crjvm.image.arch.OwnAddresses;
import crjvm.image.arch.Page;
import crjvm.image.arch.ProcessorProgram;
import crjvm.image.arch.Relocations;
import crjvm.image.arch.SaveAreas;
import crjvm.image.arch.VdsoFunction;
import crjvm.image.dump.proto.Core;
import crjvm.image.dump.proto.SignalAction;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/** A machine with an x86-64 processor. */
public final class X86Machine implements Machine {
  private static final OwnAddresses ADDRESSES = new OwnAddresses(0x510000000000L);

  private static final int THREAD_SIZE = 2640;
  private static final int PROCESSOR_SIZE = 88;
  private static final int ADDRESS_BITS = 47;
  private static final int RED_ZONE = 128; // System V ABI for x86-64, 3.2.2
  private static final int O_DIRECTORY = 0200000;

  /** R_X86_64_64, R_X86_64_GLOB_DAT and R_X86_64_JUMP_SLOT. */
  private static final Relocations RELOCATIONS = new Relocations(1, 6, 7);

  @Override
  public Architecture architecture() {
    return Architecture.X86_64;
  }

  @Override
  public CpuFeatures features() {
    return X86Features.ALL;
  }

  @Override
  public OwnAddresses addresses() {
    return ADDRESSES;
  }

  @Override
  public long highestAddress() {
    return (1L << ADDRESS_BITS) - 1;
  }

  @Override
  public int pageSize(long bounds) {
    return Page.SIZE;
  }

  @Override
  public int addressBits(long end) {
    return ADDRESS_BITS;
  }

  @Override
  public int redZone() {
    return RED_ZONE;
  }

  @Override
  public Relocations relocations() {
    return RELOCATIONS;
  }

  @Override
  public Optional<FileProperty> fileProperty(Cpu cpu) {
    return Optional.empty();
  }

  @Override
  public String vdsoSymbol(VdsoFunction function) {
    return "__vdso_" + function.shortName();
  }

  @Override
  public ClockCode clockCode(byte[] code, long address) {
    return new X86ClockCode(code, ADDRESSES.clock());
  }

  @Override
  public Optional<SaveAreas> saveAreas() {
    return Optional.of(new X86SaveAreas());
  }

  @Override
  public DumpedThread thread(Core core) {
    return new X86Thread(core);
  }

  @Override
  public int threadSize() {
    return THREAD_SIZE;
  }

  @Override
  public int processorSize() {
    return PROCESSOR_SIZE;
  }

  /** The last word has the XCR0 bits of the state that the threads use. */
  @Override
  public byte[] processor(Cpu cpu, List<Core> threads, ProcessorProgram program) {
    ByteBuffer out = ByteBuffer.allocate(PROCESSOR_SIZE).order(ByteOrder.LITTLE_ENDIAN);
    for (long word : features().words(cpu.needs())) {
      out.putLong(word);
    }
    long used = 0;
    for (Core thread : threads) {
      used |= X86Thread.components(thread);
    }
    return out.putLong(used).array();
  }

  /** Caches for data and instructions always agree. */
  @Override
  public Optional<CachedRegister> cachedRegister(Cpu cpu, ProcessorProgram program) {
    return Optional.empty();
  }

  @Override
  public int openDirectory() {
    return O_DIRECTORY;
  }

  @Override
  public long restorer(SignalAction action) {
    return action.getRestorer();
  }
}
