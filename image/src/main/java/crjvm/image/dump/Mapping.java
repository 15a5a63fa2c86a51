package crjvm.image.dump;

import crjvm.image.dump.proto.Vma;

/**
 * One mapping of the dumped process.
 *
 * @param start the first address
 * @param end the address after the last one
 * @param offset the offset in the file or shared object
 * @param fileId CRIU's id of the mapped file or of the shared anonymous object
 * @param prot PROT_READ 1, PROT_WRITE 2, PROT_EXEC 4
 * @param flags the flags of mmap(2)
 * @param status CRIU's classification bits
 * @param advice the bits 1 &lt;&lt; MADV_…
 */
public record Mapping(
    long start, long end, long offset, long fileId, int prot, int flags, int status, long advice) {
  public static final int MADV_WIPEONFORK = 18;

  private static final int PROT_WRITE = 2;
  private static final int MAP_SHARED = 0x01;
  private static final int MAP_DROPPABLE = 0x08;
  private static final int MAP_ANONYMOUS = 0x20;
  private static final int MAP_GROWSDOWN = 0x100;
  private static final int MAP_NORESERVE = 0x4000;
  private static final int MAP_HUGETLB = 0x40000;

  // The following are CRIU's bits VMA_AREA_… and VMA_… of vma_entry.status.
  private static final int VSYSCALL = 1 << 2;
  private static final int VDSO = 1 << 3;
  private static final int FILE_PRIVATE = 1 << 6;
  private static final int FILE_SHARED = 1 << 7;
  private static final int ANON_SHARED = 1 << 8;
  private static final int ANON_PRIVATE = 1 << 9;
  private static final int SYSVIPC = 1 << 10;
  private static final int SOCKET = 1 << 11;
  private static final int VVAR = 1 << 12;
  private static final int AIORING = 1 << 13;
  private static final int MEMFD = 1 << 14;
  private static final int SHADOW_STACK = 1 << 15;
  private static final int GUARD = 1 << 16;
  private static final int UPROBES = 1 << 17;

  static Mapping of(Vma vma) {
    return new Mapping(
        vma.getStart(),
        vma.getEnd(),
        vma.getPgoff(),
        vma.getShmid(),
        vma.getProt(),
        vma.getFlags(),
        vma.getStatus(),
        vma.getMadv());
  }

  public long length() {
    return end - start;
  }

  /** Returns a mapping of the same addresses as private memory without a file. */
  Mapping asAnonymous() {
    int anonymous = status & ~FILE_PRIVATE | ANON_PRIVATE;
    return new Mapping(start, end, 0, 0, prot, flags | MAP_ANONYMOUS, anonymous, advice);
  }

  /** Returns the mapping with another protection. */
  public Mapping withProtection(int protection) {
    return new Mapping(start, end, offset, fileId, protection, flags, status, advice);
  }

  /** Returns whether the two could just as well be one mapping. */
  boolean continuesIn(Mapping next) {
    return has(ANON_PRIVATE)
        && end == next.start
        && prot == next.prot
        && flags == next.flags
        && status == next.status
        && advice == next.advice;
  }

  Mapping joinedWith(Mapping next) {
    return new Mapping(start, next.end, 0, 0, prot, flags, status, advice);
  }

  /**
   * Returns whether the kernel makes the mapping for every process, so that there is nothing to
   * restore.
   */
  public boolean isKernelOwned() {
    return has(VSYSCALL) || has(UPROBES);
  }

  public boolean isVdso() {
    return has(VDSO) || has(VVAR);
  }

  public boolean isVdsoCode() {
    return has(VDSO);
  }

  public boolean isFile() {
    return has(FILE_PRIVATE) || has(FILE_SHARED);
  }

  public boolean isMemfd() {
    return has(MEMFD);
  }

  public boolean isSharedAnonymous() {
    return has(ANON_SHARED);
  }

  public boolean isWritable() {
    return (prot & PROT_WRITE) != 0;
  }

  public boolean isShared() {
    return (flags & MAP_SHARED) != 0;
  }

  /**
   * Returns whether the process has given advice about the mapping.
   *
   * @param madvise the number of a MADV_… constant
   */
  public boolean hasAdvice(int madvise) {
    return (advice & 1L << madvise) != 0;
  }

  /**
   * Returns whether the kernel may discard the memory, as it may the state of its random numbers in
   * the C library.
   */
  public boolean isDroppable() {
    return (flags & MAP_DROPPABLE) != 0;
  }

  /**
   * Returns whether a child process finds the memory zeroed, so that it does not use its parent's
   * keys and random numbers again. A copy has to find it zeroed, too.
   */
  public boolean isWiped() {
    return hasAdvice(MADV_WIPEONFORK) || isDroppable();
  }

  public boolean growsDown() {
    return (flags & MAP_GROWSDOWN) != 0;
  }

  public boolean isNoReserve() {
    return (flags & MAP_NORESERVE) != 0;
  }

  /**
   * Returns whether this is the address space of guards that madvise made inside a mapping (newer
   * kernels), and not a mapping of its own.
   */
  public boolean isGuard() {
    return has(GUARD);
  }

  /** Returns why no plan can express this mapping, or null if a plan can. */
  public String obstacle() {
    if ((flags & MAP_HUGETLB) != 0) {
      return "huge pages (hugetlbfs); run the JVM without -XX:+UseLargePages, or with -XX:+UseTransparentHugePages";
    }
    if (has(SYSVIPC)) {
      return "System V shared memory";
    }
    if (has(AIORING)) {
      return "a kernel ring of asynchronous I/O";
    }
    if (has(SOCKET)) {
      return "a mapped packet socket";
    }
    if (has(SHADOW_STACK)) {
      return "a shadow stack; run the JVM with GLIBC_TUNABLES=glibc.cpu.x86_shstk=off";
    }
    return null;
  }

  private boolean has(int bit) {
    return (status & bit) != 0;
  }
}
