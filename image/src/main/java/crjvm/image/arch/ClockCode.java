package crjvm.image.arch;

/** The code of a vDSO where it asks the kernel for the time, and what replaces that. */
public interface ClockCode {
  /**
   * Returns the place at which a thread has to begin its call again. It is the same place if the
   * thread is in no such call.
   */
  int beginning(int at);

  /**
   * Returns the code with calls of {@link OwnAddresses#clock} in place of system calls, and some
   * bytes longer, or null if there is no such system call in it.
   */
  byte[] replaced();
}
