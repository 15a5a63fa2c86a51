/* Lists the kernel features that an image may need and that some kernels don't have: FEATURE(name, since when, the membarrier
 * command that registers for it, or 0). The order is that of the bits of struct plan_header.kernel.
 *
 * Class crjvm.image.plan.KernelFeature has the same list, and a test compares them. */
FEATURE(MAP_FIXED_NOREPLACE, "Linux 4.17", 0)
FEATURE(PR_SET_MM_MAP, "Linux 3.18 with CONFIG_CHECKPOINT_RESTORE", 0)
FEATURE(IPv6, "CONFIG_IPV6, and not switched off", 0)
FEATURE(MFD_ALLOW_SEALING, "Linux 3.17", 0)
FEATURE(F_SEAL_FUTURE_WRITE, "Linux 5.1", 0)
FEATURE(F_SEAL_EXEC, "Linux 6.3", 0)
FEATURE(MEMBARRIER_CMD_REGISTER_GLOBAL_EXPEDITED, "Linux 4.16", 1 << 2)
FEATURE(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, "Linux 4.14", 1 << 4)
FEATURE(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE, "Linux 4.16", 1 << 6)
FEATURE(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_RSEQ, "Linux 5.10", 1 << 8)
