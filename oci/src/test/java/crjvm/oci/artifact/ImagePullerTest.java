package crjvm.oci.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;

class ImagePullerTest {
  @Test
  void aFullDiskIsKnownByTheKernelsWords() {
    IOException full = new IOException("/x: No space left on device");
    assertThat(ImagePuller.isFull(full)).isTrue();
    assertThat(ImagePuller.isFull(new UncheckedIOException("x", full))).isTrue();
    assertThat(ImagePuller.isFull(new IOException("Disk quota exceeded"))).isTrue();
    assertThat(ImagePuller.isFull(new IOException("Input/output error"))).isFalse();
    assertThat(ImagePuller.isFull(new IOException())).isFalse();
  }
}
