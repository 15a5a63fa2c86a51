package crjvm.image.plan;

import crjvm.image.arch.CpuFeature;
import java.util.Set;
import java.util.UUID;

/**
 * What the plan says of the process as a whole.
 *
 * @param imageId random, the same in plan and manifest
 * @param memorySize bytes of the memory file
 * @param cpu required features, see {@link CpuFeature#words}
 * @param xfeatures the processor's state that some thread uses
 * @param vdsoStart first address of the dumped vvar and vDSO
 * @param vdsoEnd address after the last
 * @param monotonic CLOCK_MONOTONIC at the dump as the application saw it
 * @param boottime CLOCK_BOOTTIME at the dump
 * @param monotonicOffset nanoseconds that this was ahead of the kernel's clock: 0 but for a process
 *     that had itself been restored
 * @param boottimeOffset as monotonicOffset
 * @param resume for threads that were reading the clock
 * @param heapStart first of the addresses that the Java heap may grow to
 * @param heapEnd address after the last; both 0: unknown
 * @param descriptorLimit open files that the process needs (RLIMIT_NOFILE)
 * @param kernel what the kernel must have, see {@link KernelFeature}
 * @param pid process id at the dump
 * @param requestDescriptor descriptor that becomes the restore request, or -1
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

  /** The version of the layout; the restorer refuses every other. */
  public static final int VERSION = 9;

  static final int SECTIONS_AT = 352;
  static final int SIZE = SECTIONS_AT + 16 * PlanSection.values().length;
  static final int CHECKED_FROM = 16; // the bytes after the checksum
  static final int CPU_WORDS = CpuFeature.WORDS;
  static final int LAYOUT_WORDS = 11;

  /** A clock's reading. */
  public record Time(long seconds, long nanos) {}
}
