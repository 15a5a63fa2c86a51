package crjvm.image.arch.aarch64;

import crjvm.image.ImageException;
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
import crjvm.image.dump.proto.PacKeys;
import crjvm.image.dump.proto.SignalAction;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A machine with a 64-bit ARM processor. */
public final class ArmMachine implements Machine {
  /** These addresses also exist where the kernel has 39 bits for them. */
  private static final OwnAddresses ADDRESSES = new OwnAddresses(0x5100000000L);

  private static final int THREAD_SIZE = 904;
  private static final int PROCESSOR_SIZE = 160;
  private static final int ADDRESS_BITS = 48;
  private static final int FEW_ADDRESS_BITS = 39;
  private static final int O_DIRECTORY = 040000;
  private static final long SA_RESTORER = 0x04000000;

  /** Kernels can have pages of these sizes, too. */
  private static final List<Integer> LARGE_PAGES = List.of(64 << 10, 16 << 10);

  /** R_AARCH64_ABS64, R_AARCH64_GLOB_DAT and R_AARCH64_JUMP_SLOT. */
  private static final Relocations RELOCATIONS = new Relocations(257, 1025, 1026);

  /**
   * CTR_EL0 of a processor with cache lines of 16 bytes, where each line has to be cleaned and
   * invalidated. Lines of other processors are multiples of these.
   */
  private static final int SHORTEST_LINES = 0x80028002;

  /** GNU_PROPERTY_AARCH64_FEATURE_1_AND with its bit BTI, and PROT_BTI. */
  private static final FileProperty BRANCH_TARGETS = new FileProperty(0xc0000000, 1, 0x10);

  private static final String VECTORS = "sve";
  private static final String VECTOR_LENGTH = "abi/sve_default_vector_length";

  @Override
  public Architecture architecture() {
    return Architecture.AARCH64;
  }

  @Override
  public CpuFeatures features() {
    return ArmFeatures.ALL;
  }

  @Override
  public OwnAddresses addresses() {
    return ADDRESSES;
  }

  @Override
  public long highestAddress() {
    return (1L << ADDRESS_BITS) - 1;
  }

  /** Each mapping begins and ends with a page, so that all bounds are multiples of its size. */
  @Override
  public int pageSize(long bounds) {
    return LARGE_PAGES.stream().filter(size -> bounds % size == 0).findFirst().orElse(Page.SIZE);
  }

  /** The kernel puts the stack near to the highest address. */
  @Override
  public int addressBits(long end) {
    return end > 1L << FEW_ADDRESS_BITS ? ADDRESS_BITS : FEW_ADDRESS_BITS;
  }

  /** Nothing below the stack pointer is kept (AAPCS64, 6.4.5.1). */
  @Override
  public int redZone() {
    return 0;
  }

  @Override
  public Relocations relocations() {
    return RELOCATIONS;
  }

  /** Where the kernel shows a process fewer features, its dynamic loader asks for no protection. */
  @Override
  public Optional<FileProperty> fileProperty(Cpu cpu) {
    return cpu.portable().isEmpty() && cpu.all().contains("bti")
        ? Optional.of(BRANCH_TARGETS)
        : Optional.empty();
  }

  @Override
  public String vdsoSymbol(VdsoFunction function) {
    return "__kernel_" + function.shortName();
  }

  @Override
  public ClockCode clockCode(byte[] code, long address) {
    return new ArmClockCode(code, address, ADDRESSES.clock());
  }

  /** The dynamic loader saves the same registers on every processor. */
  @Override
  public Optional<SaveAreas> saveAreas() {
    return Optional.empty();
  }

  @Override
  public DumpedThread thread(Core core) {
    return new ArmThread(core);
  }

  @Override
  public int threadSize() {
    return THREAD_SIZE;
  }

  @Override
  public int processorSize() {
    return PROCESSOR_SIZE;
  }

  @Override
  public byte[] processor(Cpu cpu, List<Core> threads, ProcessorProgram program)
      throws IOException, ImageException {
    List<String> needs = cpu.needs();
    ByteBuffer out = ByteBuffer.allocate(PROCESSOR_SIZE).order(ByteOrder.LITTLE_ENDIAN);
    for (long word : features().words(needs)) {
      out.putLong(word);
    }
    out.putInt(needs.contains(VECTORS) ? cpu.setting(VECTOR_LENGTH) : 0);
    PointerKeys keys = keys(cpu, threads.get(0).getThreadInfoArm64().getPacKeys());
    keys.put(out);
    ArmProcessor processor = ArmProcessor.ask(keys, program);
    Arrays.stream(processor.samples()).forEach(out::putLong);
    out.putInt(processor.zeroBlock());
    out.putInt(cpu.portable().isPresent() ? 0 : processor.cacheType());
    return out.array();
  }

  /** A portable image has no keys, because processors sign in different ways. */
  private static PointerKeys keys(Cpu cpu, PacKeys dumped) throws ImageException {
    if (cpu.portable().isEmpty()) {
      return PointerKeys.of(dumped);
    } else if (dumped.getAddressKeys().getEnabled() != 0) {
      throw new ImageException(
          "portable="
              + cpu.portable().get()
              + ": the process signs pointers (pointer authentication), which each CPU does in its"
              + " own way; leave out portable=");
    }
    return PointerKeys.none();
  }

  /**
   * Functions that publish code keep the size of the caches' lines (CTR_EL0), so that they need not
   * read it each time: libgcc's __clear_cache, which HotSpot calls, has a word for it in each
   * library. Processors that do less than this one need other steps.
   */
  @Override
  public Optional<CachedRegister> cachedRegister(Cpu cpu, ProcessorProgram program)
      throws IOException, ImageException {
    if (cpu.portable().isEmpty()) {
      return Optional.empty();
    }
    int value = ArmProcessor.ask(PointerKeys.none(), program).cacheType();
    return Optional.of(new CachedRegister(value, SHORTEST_LINES));
  }

  @Override
  public int openDirectory() {
    return O_DIRECTORY;
  }

  /** Without the flag, the value in CRIU's files is arbitrary: it comes from a stack. */
  @Override
  public long restorer(SignalAction action) {
    return (action.getFlags() & SA_RESTORER) == 0 ? 0 : action.getRestorer();
  }
}
