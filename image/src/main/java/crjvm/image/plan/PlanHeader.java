package crjvm.image.plan;

import crjvm.image.arch.Machine;
import java.util.Set;
import java.util.UUID;

/**
 * The plan's description of the process as a whole.
 *
 * @param imageId a random id, the same in plan and manifest
 */
public record PlanHeader(
    UUID imageId,
    Memory memory,
    Platform platform,
    Requirements requirements,
    Clocks clocks,
    Process process) {

  /**
   * Sizes and addresses.
   *
   * @param size the size of the memory file in bytes
   * @param vdso the addresses of the dumped vvar and vDSO
   * @param heap the range in which the Java heap may grow; if it is empty, it is unknown
   */
  public record Memory(long size, Span vdso, Span heap) {}

  /**
   * The kind of machine on which the process was dumped. No other kind can restore it.
   *
   * @param pageSize the size of a page in bytes
   * @param addressBits the number of bits in the process's addresses
   */
  public record Platform(Machine machine, int pageSize, int addressBits) {}

  /**
   * The requirements on the machine.
   *
   * @param processor struct plan_processor, see {@link Machine#processor}
   * @param kernel the required kernel features, see {@link KernelFeature}
   * @param descriptorLimit the number of open files that the process needs (RLIMIT_NOFILE)
   */
  public record Requirements(byte[] processor, Set<KernelFeature> kernel, long descriptorLimit) {}

  /**
   * The clocks at the dump.
   *
   * @param monotonic CLOCK_MONOTONIC as the application saw it
   * @param boottime CLOCK_BOOTTIME as the application saw it
   * @param monotonicOffset the nanoseconds by which the application's CLOCK_MONOTONIC was ahead of
   *     the kernel's; 0 unless the process itself had been restored
   * @param boottimeOffset the same for CLOCK_BOOTTIME
   */
  public record Clocks(Time monotonic, Time boottime, long monotonicOffset, long boottimeOffset) {}

  /**
   * The process that was dumped.
   *
   * @param pid the process id at the dump
   * @param messageDescriptor the descriptor that becomes the restore message, or -1
   * @param layout the 11 words of struct prctl_mm_map from start_code to env_end
   * @param resume the code for threads that were reading the clock
   */
  public record Process(int pid, int messageDescriptor, long[] layout, PlanResume resume) {}

  /**
   * Addresses.
   *
   * @param start the first address
   * @param end the address after the last one
   */
  public record Span(long start, long end) {
    public static final Span NONE = new Span(0, 0);
  }

  static final byte[] MAGIC = {'C', 'R', 'J', 'V', 'M', 'P', 'L', 'N'};

  /** The version of the layout. The restorer refuses all others. */
  public static final int VERSION = 15;

  static final int CHECKED_FROM = 16; // the bytes after the checksum
  static final int LAYOUT_WORDS = 11;

  /** The time of a clock. */
  public record Time(long seconds, long nanos) {}
}
