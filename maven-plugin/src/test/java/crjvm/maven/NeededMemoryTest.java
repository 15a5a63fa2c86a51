package crjvm.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class NeededMemoryTest {
  @Test
  void sentenceHasWholeMebibytes() throws Exception {
    String json = "{\"image\":\"/i\",\"needs\":{\"memory\":1048577,\"wholeHeap\":5000000000}}";
    assertThat(NeededMemory.parse(json).sentence())
        .isEqualTo(
            "a container of the image needs 2 MiB of memory at least, 4769 MiB for the whole heap");
  }

  @Test
  void otherTextIsRefused() {
    for (String json : new String[] {"{}", "{\"needs\":{\"memory\":1}}", "{\"needs\":[]}"}) {
      assertThatThrownBy(() -> NeededMemory.parse(json))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("does not say how much memory");
    }
  }
}
