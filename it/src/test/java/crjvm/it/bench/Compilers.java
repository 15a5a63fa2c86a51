package crjvm.it.bench;

import java.util.List;

/** HotSpot's compilers, of which most JVMs under test use the first one only. */
public final class Compilers {
  private static final boolean FIRST_ONLY =
      "first".equals(System.getProperty("crjvm.it.compilers"));

  private Compilers() {}

  /**
   * Returns the options for a JVM under test. With {@code -Dcrjvm.it.compilers=first} it starts
   * with the first compiler only, which saves a third of the processor time.
   */
  public static List<String> options() {
    return FIRST_ONLY ? List.of("-XX:TieredStopAtLevel=1") : List.of();
  }
}
