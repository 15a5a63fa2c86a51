package crjvm.it.bench;

import org.junit.jupiter.api.Assertions;
import org.opentest4j.TestAbortedException;

/**
 * Requirements that a test has on the machine. If one is missing, the test is skipped, with the
 * reason on the console. With {@code CRJVM_MUST_RUN=1} that is a failure.
 */
public final class Requirement {
  private static final boolean MUST_RUN = "1".equals(System.getenv("CRJVM_MUST_RUN"));

  private Requirement() {}

  public static void need(boolean there, String otherwise) {
    if (!there) {
      skip(otherwise);
    }
  }

  public static void skip(String reason) {
    if (MUST_RUN) {
      Assertions.fail("CRJVM_MUST_RUN=1, but " + reason);
    }
    System.out.println("crjvm-it: SKIPPED: " + reason);
    throw new TestAbortedException(reason);
  }
}
