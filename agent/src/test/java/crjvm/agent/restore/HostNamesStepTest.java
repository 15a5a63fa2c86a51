package crjvm.agent.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Field;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HostNamesStepTest {
  /** An invalid name, which is not found immediately and without a network. */
  private static final String UNKNOWN = "x".repeat(64) + ".invalid";

  @Test
  void bothFoundAndUnknownNamesAreForgotten() throws Exception {
    HostNamesStep step = new HostNamesStep();
    Field field = InetAddress.class.getDeclaredField("cache");
    field.setAccessible(true);
    Map<?, ?> cache = (Map<?, ?>) field.get(null);
    InetAddress.getByName("localhost");
    assertThatThrownBy(() -> InetAddress.getByName(UNKNOWN))
        .isInstanceOf(UnknownHostException.class);
    assertThat(cache.containsKey("localhost")).isTrue();
    assertThat(cache.containsKey(UNKNOWN)).isTrue();

    String change = step.apply(new RestoreMessage(Map.of(), List.of(), List.of(), List.of())).get();

    assertThat(change).endsWith(" forgotten");
    assertThat(cache).isEmpty();
  }
}
