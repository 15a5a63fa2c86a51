package crjvm.agent.checkpoint.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import crjvm.agent.message.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageSeriesTest {
  /** A process id above all ids that Linux assigns. */
  private static final String NOBODY = "4999999";

  @TempDir Path temporary;

  private Path folder() {
    return temporary.resolve("series");
  }

  private void make(String... names) throws IOException {
    for (String name : names) {
      Files.createDirectories(folder().resolve(name));
      Files.createFile(folder().resolve(name).resolve("manifest"));
    }
  }

  private List<String> names() throws IOException {
    try (Stream<Path> entries = Files.list(folder())) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void numbersGoOnBehindTheHighest() throws Exception {
    ImageSeries series = new ImageSeries(folder(), 2);
    series.check("it");
    assertThat(series.next("it")).isEqualTo(folder().resolve("image-000000001"));
    make("image-000000009", "image-000000010", ".image-000000011.1.partial", "image-12", "other");
    assertThat(series.next("it")).isEqualTo(folder().resolve("image-000000011"));
    series.check("it");
  }

  @Test
  void oldestOnesAndWhatKilledProcessesHaveLeftGo() throws Exception {
    String own = ".image-000000007." + ProcessHandle.current().pid() + ".partial";
    make("image-000000002", "image-000000003", "image-000000005", "image-000000006", "other");
    make(".image-000000004." + NOBODY + ".partial", own);
    new ImageSeries(folder(), 2).prune();
    assertThat(names()).containsExactly(own, "image-000000005", "image-000000006", "other");
    new ImageSeries(folder(), 3).prune();
    assertThat(names()).containsExactly(own, "image-000000005", "image-000000006", "other");
  }

  @Test
  void imageIsNoFolderOfImages() throws Exception {
    make("image-000000001");
    ImageSeries series = new ImageSeries(folder().resolve("image-000000001"), 1);
    assertThatThrownBy(() -> series.check("it"))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("is an image, not a folder for those of every=");
  }

  @Test
  void fileIsNoFolder() throws Exception {
    Path file = Files.createFile(temporary.resolve("file"));
    assertThatThrownBy(() -> new ImageSeries(file, 1).check("it")).isInstanceOf(Failure.class);
  }
}
