package crjvm.oci.artifact.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import crjvm.image.ImageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlockTest {
  private static final String DIGEST = "0123456789abcdef".repeat(4);

  @Test
  void whatIsWrittenCanBeRead() throws Exception {
    Block block = new Block("file-3", 4096, 70000, DIGEST);
    assertThat(Block.parse(block.format())).isEqualTo(block);
  }

  /** Tests texts in an annotation that are refused. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "memory 0 1",
        "memory 0 1 abc",
        "../memory 0 1 " + "D",
        ".hidden 0 1 " + "D",
        "a/b 0 1 " + "D",
        "memory -1 1 " + "D",
        "memory 0 0 " + "D",
        "memory 0 33554433 " + "D",
        "memory 0 999999999 " + "D",
        "memory 1234567890123456789 1 " + "D",
        "memory\n 0 1 " + "D",
      })
  void otherTextsAreRefusedInOneLine(String text) {
    assertThatThrownBy(() -> Block.parse(text.replace("D", DIGEST)))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("was not made by crjvm push")
        .message()
        .doesNotContainPattern("\\p{Cntrl}");
  }

  @Test
  void noAnnotationIsRefused() {
    assertThatThrownBy(() -> Block.parse(null)).isInstanceOf(ImageException.class);
  }
}
