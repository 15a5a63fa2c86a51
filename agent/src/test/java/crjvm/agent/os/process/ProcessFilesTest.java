package crjvm.agent.os.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ProcessFilesTest {
  @Test
  void threadsMayEndWhileTheirFilesAreRead() throws Exception {
    AtomicBoolean isOver = new AtomicBoolean();
    Thread maker =
        new Thread(
            () -> {
              while (!isOver.get()) {
                new Thread(() -> {}).start();
              }
            });
    maker.start();
    try {
      for (int i = 0; i < 3000; i++) {
        assertThat(ProcessFiles.isAnyThreadFiltered()).isFalse();
      }
    } finally {
      isOver.set(true);
      maker.join();
    }
  }
}
