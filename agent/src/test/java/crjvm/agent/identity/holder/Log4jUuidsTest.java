package crjvm.agent.identity.holder;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.agent.identity.value.Found;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Tests of Log4j's UUIDs in classes that were loaded before the agent. */
class Log4jUuidsTest {
  /** The fields of Log4j's class, which has made a few UUIDs. */
  private static final class HardlyUsed {
    private static final long LEAST = Long.MIN_VALUE;
    private static final AtomicInteger COUNT = new AtomicInteger(3);
  }

  /** The same class when its code may have been compiled with the field's value. */
  private static final class MuchUsed {
    private static final long LEAST = Long.MIN_VALUE;
    private static final AtomicInteger COUNT = new AtomicInteger(200);
  }

  private final Found found = new Found();

  @Test
  void valueThatNoCompiledCodeContainsIsRenewed() throws Exception {
    new Log4jUuids().look(HardlyUsed.class, found);
    assertThat(found.renewals()).hasSize(1);
    assertThat(found.shared()).isEmpty();
  }

  @Test
  void valueThatCompiledCodeMayContainIsNamed() throws Exception {
    new Log4jUuids().look(MuchUsed.class, found);
    assertThat(found.renewals()).isEmpty();
    assertThat(found.shared()).containsExactly("the clock sequence of Log4j's UUIDs by time");
  }
}
