package crjvm.agent.checkpoint.folder;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.image.manifest.Manifest;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests of the sizes in the message about a new image. */
class SizesTest {
  private static final long MEBIBYTE = 1 << 20;

  private static String region(long mapped, long copied, long zero, String kind) {
    long dumped = mapped + copied + zero;
    return dumped * MEBIBYTE
        + " "
        + mapped * MEBIBYTE
        + " "
        + copied * MEBIBYTE
        + " "
        + zero * MEBIBYTE
        + " "
        + kind;
  }

  @Test
  void saysWhatIsLeftOut() throws Exception {
    Manifest manifest =
        new Manifest()
            .add(Manifest.REGION, region(30, 0, 70, "Java heap"))
            .add(Manifest.REGION, region(0, 9, 5, "malloc (brk)"))
            .add(Manifest.FREE_HEAP, 60 * MEBIBYTE);
    assertThat(Sizes.describe(manifest, 12 * MEBIBYTE))
        .isEqualTo(
            " (memory: 114 MiB dumped, of which 60 MiB of free heap and 15 MiB of zeroes and unused stack are left out;"
                + " returned before: 12 MiB)");
  }

  @Test
  void saysNothingWithoutAManifest(@TempDir Path folder) {
    assertThat(Sizes.describe(folder, 0)).isEmpty();
  }
}
