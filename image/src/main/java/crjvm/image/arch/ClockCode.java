package crjvm.image.arch;

/** The code of a vDSO that asks the kernel for the time, and the code that replaces it. */
public interface ClockCode {
  /**
   * Returns the offset at which a thread has to begin its call again, or {@code at} if the thread
   * is not in such a call.
   *
   * @param at the offset of the instruction that the thread executes next
   */
  int beginning(int at);

  /**
   * Returns the code with calls of {@link OwnAddresses#clock} in place of all system calls, and
   * longer by what these calls take, or null if there is no such system call in it.
   */
  byte[] replaced();
}
