package crjvm.image.plan;

import java.util.Set;
import java.util.UUID;

/**
 * The plan's description of the process as a whole.
 *
 * @param imageId a random id, the same in plan and manifest
 * @param memorySize the size of the memory file in bytes
 * @param cpu the required CPUID bits, see {@link CpuFeature}
 * @param xfeatures the XCR0 bits that the threads use
 * @param vdsoStart the first address of the dumped vvar and vDSO
 * @param vdsoEnd the address after the last one
 * @param monotonic CLOCK_MONOTONIC at the dump as the application saw it
 * @param boottime CLOCK_BOOTTIME at the dump
 * @param monotonicOffset the nanoseconds by which this was ahead of the kernel's clock; 0 unless
 *     the process itself had been restored
 * @param boottimeOffset the same for CLOCK_BOOTTIME
 * @param resume the code for threads that were reading the clock
 * @param heapStart the first address of the range in which the Java heap may grow
 * @param heapEnd the address after that range; if both are 0, it is unknown
 * @param descriptorLimit the number of open files that the process needs (RLIMIT_NOFILE)
 * @param kernel the required kernel features, see {@link KernelFeature}
 * @param pid the process id at the dump
 * @param requestDescriptor the descriptor that becomes the restore request, or -1
 * @param layout the 11 words of struct prctl_mm_map from start_code to env_end
 */
public record PlanHeader(
    UUID imageId,
    long memorySize,
    long[] cpu,
    long xfeatures,
    long vdsoStart,
    long vdsoEnd,
    Time monotonic,
    Time boottime,
    long monotonicOffset,
    long boottimeOffset,
    PlanResume resume,
    long heapStart,
    long heapEnd,
    long descriptorLimit,
    Set<KernelFeature> kernel,
    int pid,
    int requestDescriptor,
    long[] layout) {
  static final byte[] MAGIC = {'C', 'R', 'J', 'V', 'M', 'P', 'L', 'N'};

  /** The version of the layout. The restorer refuses all others. */
  public static final int VERSION = 9;

  static final int SECTIONS_AT = 352;
  static final int SIZE = SECTIONS_AT + 16 * PlanSection.values().length;
  static final int CHECKED_FROM = 16; // the bytes after the checksum
  static final int CPU_WORDS = 10;
  static final int LAYOUT_WORDS = 11;

  /** The time of a clock. */
  public record Time(long seconds, long nanos) {}
}
