package crjvm.agent.os.arch;

/**
 * System calls for which the C library has no function, or not in all of its releases. Their
 * numbers are those of the kernel's tables: arch/x86/entry/syscalls/syscall_64.tbl for x86-64, and
 * asm-generic/unistd.h for aarch64.
 */
public enum SystemCall {
  CHDIR(80, 49),
  GETCWD(79, 17),
  GETRANDOM(318, 278),
  KCMP(312, 272),
  MEMFD_CREATE(319, 279),
  PIDFD_GETFD(438, 438),
  PIDFD_OPEN(434, 434),
  RENAMEAT2(316, 276),
  RT_SIGACTION(13, 134),
  TIMER_DELETE(226, 111);

  private final long number;

  SystemCall(long x8664, long aarch64) {
    number = Processor.own() == Processor.AARCH64 ? aarch64 : x8664;
  }

  /** Returns its number on this machine. */
  public long number() {
    return number;
  }
}
