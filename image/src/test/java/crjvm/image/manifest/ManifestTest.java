package crjvm.image.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import crjvm.image.ImageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the manifest's text, which a shell script reads, too. */
class ManifestTest {
  @TempDir Path image;

  @Test
  void readsWhatItFormatted() throws Exception {
    List<String> words =
        List.of("-Da=b", "", "back\\slash", "two\nlines", "\\n is no line feed", "ü=€");
    Manifest manifest =
        new Manifest().add(Manifest.FORMAT, Manifest.FORMAT_1).addAll("word", words);

    Files.writeString(image.resolve(Manifest.FILE), manifest.format());

    assertThat(Manifest.read(image).all("word")).isEqualTo(words);
    assertThat(Files.readAllLines(image.resolve(Manifest.FILE))).hasSize(1 + words.size());
  }

  @Test
  void refusesAFolderWithoutManifest() {
    assertThatThrownBy(() -> Manifest.read(image))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining(image.toString())
        .hasMessageContaining("is not an image");
  }

  @Test
  void refusesAnotherFormat() throws Exception {
    Files.writeString(image.resolve(Manifest.FILE), "format=2\n");

    assertThatThrownBy(() -> Manifest.read(image)).hasMessageContaining("another format than 1");
  }

  @Test
  void refusesBytesThatAreNoText() throws Exception {
    Files.write(image.resolve(Manifest.FILE), new byte[] {(byte) 0xff, (byte) 0xfe, 0});

    assertThatThrownBy(() -> Manifest.read(image))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("not text");
  }

  @Test
  void refusesALineWithoutKey() throws Exception {
    Files.writeString(image.resolve(Manifest.FILE), "format=1\nnonsense\n");

    assertThatThrownBy(() -> Manifest.read(image)).hasMessageContaining("\"nonsense\"");
  }
}
