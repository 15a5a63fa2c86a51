package crjvm.image.plan;

import java.util.Set;

/**
 * Kernel features that an image may need and that not every kernel has. The restorer tries each
 * before it changes anything. Features of every kernel on which CRIU can dump are not listed.
 *
 * <p>The restorer's kernel_features.h has the same list in the same order, and a test compares
 * them.
 */
public enum KernelFeature {
  /** Mappings that do not replace existing ones. */
  MAP_FIXED_NOREPLACE("Linux 4.17", 0),
  /** Permission to set the words of the memory layout without privilege. */
  PR_SET_MM_MAP("Linux 3.18 with CONFIG_CHECKPOINT_RESTORE", 0),
  IPV6("CONFIG_IPV6, and not switched off", 0),
  /** Memfds that can be sealed. */
  MFD_ALLOW_SEALING("Linux 3.17", 0),
  F_SEAL_FUTURE_WRITE("Linux 5.1", 0),
  F_SEAL_EXEC("Linux 6.3", 0),
  MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED("Linux 4.16", 1 << 2),
  MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED("Linux 4.14", 1 << 4),
  MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE("Linux 4.16", 1 << 6),
  MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ("Linux 5.10", 1 << 8);

  private final String since;
  private final int membarrier;

  KernelFeature(String since, int membarrier) {
    this.since = since;
    this.membarrier = membarrier;
  }

  /**
   * Returns the command of membarrier(2) with which a process registers for the feature, or 0 if
   * there is none.
   */
  public int membarrier() {
    return membarrier;
  }

  /** Returns a description such as "F_SEAL_EXEC (Linux 6.3)". */
  public String describe() {
    return (this == IPV6 ? "IPv6" : name()) + " (" + since + ")";
  }

  static long bits(Set<KernelFeature> features) {
    return features.stream().mapToLong(feature -> 1L << feature.ordinal()).sum();
  }
}
