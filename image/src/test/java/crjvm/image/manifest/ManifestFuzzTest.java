package crjvm.image.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import crjvm.image.ImageException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests arbitrary manifests. Each is read and written back unchanged, or refused with a message of
 * one line.
 */
class ManifestFuzzTest {
  @TempDir static Path folder;

  @FuzzTest
  void read(byte[] content) throws Exception {
    Path file = folder.resolve(Manifest.FILE);
    Files.write(file, content);
    Manifest manifest;
    try {
      manifest = Manifest.read(folder);
    } catch (ImageException e) {
      assertThat(e.getMessage()).doesNotContainPattern("\\p{Cntrl}");
      return;
    }
    readFiles(manifest);
    String text = manifest.format();
    Files.writeString(file, text);
    assertThat(Manifest.read(folder).format()).isEqualTo(text);
  }

  private static void readFiles(Manifest manifest) {
    try {
      ImageFiles.digests(manifest);
      ImageFiles.sizes(manifest)
          .forEach(
              (name, size) -> {
                assertThat(Path.of(name).getNameCount()).isEqualTo(1);
                assertThat(size).isNotNegative();
              });
    } catch (ImageException e) {
      assertThat(e.getMessage()).doesNotContainPattern("\\p{Cntrl}");
    }
  }
}
