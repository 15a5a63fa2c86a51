package crjvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Tests the interface without the agent, as in every normal start. CallbacksIT tests it with the
 * agent.
 */
class CrjvmTest {
  private final List<Object> calls = new ArrayList<>();

  @Test
  void nothingIsThereAndNothingIsCalled() {
    assertThat(Crjvm.isPresent()).isFalse();
    Crjvm.onRestore(calls::add);
    Crjvm.register(
        new CheckpointListener() {
          @Override
          public void beforeCheckpoint() {
            calls.add("before");
          }
        });
    assertThatThrownBy(Crjvm::checkpoint)
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessageContaining("-javaagent:crjvm.jar");
    assertThat(calls).isEmpty();
  }

  @Test
  void listenersMustBeThere() {
    assertThatThrownBy(() -> Crjvm.register(null)).isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> Crjvm.onRestore(null)).isInstanceOf(NullPointerException.class);
  }
}
