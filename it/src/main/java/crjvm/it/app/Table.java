package crjvm.it.app;

import java.util.Arrays;

/** Memory that requests change. */
final class Table {
  private static final int PAGE = 4096;
  private static final byte[] CONTENT = new byte[2048 * PAGE];

  static {
    Arrays.fill(CONTENT, (byte) 1);
  }

  private Table() {}

  /** Changes every page, and returns how many there are. */
  static synchronized String touch() {
    for (int i = 0; i < CONTENT.length; i += PAGE) {
      CONTENT[i]++;
    }
    return Integer.toString(CONTENT.length / PAGE);
  }
}
