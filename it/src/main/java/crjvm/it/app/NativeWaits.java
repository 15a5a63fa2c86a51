package crjvm.it.app;

import java.util.List;

/** The waits of native code, which are in waits.c. */
final class NativeWaits {
  static final int REALTIME = 0;
  static final int MONOTONIC = 1;
  static final int PROCESS_CPU = 2;
  static final int THREAD_CPU = 3;
  static final int BOOTTIME = 7;

  private static final int NOT_HERE = 38; // ENOSYS

  /** The time at which a wait may begin. */
  enum When {
    ALWAYS,
    BEFORE_CHECKPOINT,
    AFTER_RESTORE
  }

  /** A way to wait. */
  record Kind(String name, Wait.Clock clock, When when) {
    Wait wait(String library) {
      return nanos -> {
        int error = waitBy(library, name, nanos);
        Exercise.check(error == 0 || error == NOT_HERE, "error %d", error);
      };
    }
  }

  private NativeWaits() {}

  static void load(String library) {
    System.load(library);
  }

  static List<Kind> all() {
    return kinds().lines().map(NativeWaits::parse).toList();
  }

  private static Kind parse(String line) {
    String[] words = line.split(" ", -1);
    When when =
        switch (words[2]) {
          case "b" -> When.BEFORE_CHECKPOINT;
          case "a" -> When.AFTER_RESTORE;
          default -> When.ALWAYS;
        };
    return new Kind(words[0], words[1].equals("w") ? Wait.Clock.WALL : Wait.Clock.CONTINUED, when);
  }

  private static native String kinds();

  /**
   * @param library a copy of this library, whose function is to be used, or null
   */
  private static native int waitBy(String library, String name, long nanos);

  /** Opens a timer that fires again and again. Returns its descriptor. */
  static native int openPeriodic(long nanos);

  /** Returns how often the timer has fired since the last call. Waits if it has not fired yet. */
  static native long readPeriodic(int timer);

  /** Returns the time of a clock in nanoseconds. */
  static native long clock(int number);
}
