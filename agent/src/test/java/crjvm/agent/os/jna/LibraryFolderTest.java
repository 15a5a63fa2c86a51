package crjvm.agent.os.jna;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import crjvm.agent.message.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibraryFolderTest {
  /** A folder that is always mounted noexec. */
  private static final Path NOEXEC = Path.of("/proc/self");

  @TempDir Path folder;

  @Test
  void theFirstThatFits() throws Exception {
    Path second = Files.createDirectory(folder.resolve("a folder"));
    assertThat(LibraryFolder.choose(List.of(folder, second))).isEqualTo(folder);
    assertThat(LibraryFolder.choose(List.of(folder.resolve("none"), NOEXEC, second)))
        .isEqualTo(second);
  }

  @Test
  void whyNoneFits() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));
    assertThatThrownBy(() -> LibraryFolder.choose(List.of(file)))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("\"" + file + "\" is not a folder")
        .hasMessageContaining("-Djava.io.tmpdir=DIR");
  }
}
