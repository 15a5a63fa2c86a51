package crjvm.agent.restore;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.agent.os.process.NativeEncoding;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tests that run the step in this JVM, and restore the environment afterwards. */
class EnvironmentStepTest {
  @Test
  void changesAreToldByNameOnly() throws Exception {
    EnvironmentStep step = new EnvironmentStep();
    List<byte[]> before = step.lines();
    List<byte[]> wanted = new ArrayList<>(before);
    wanted.add("NEW=secret".getBytes(NativeEncoding.CHARSET));
    wanted.add("ALSO\nNEW=secret".getBytes(NativeEncoding.CHARSET));
    try {
      assertThat(step.apply(message(wanted)).get()).isEqualTo("2 set (ALSO?NEW, NEW)");
    } finally {
      assertThat(step.apply(message(before)).get()).isEqualTo("2 removed (ALSO?NEW, NEW)");
    }
    assertThat(step.apply(message(before)).get()).isEmpty();
  }

  private static RestoreMessage message(List<byte[]> environment) {
    return new RestoreMessage(Map.of(), List.of(), List.of(), environment);
  }
}
