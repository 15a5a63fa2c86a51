package crjvm.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that the first bytes distinguish memory files from other files. */
class MemoryHeaderTest {
  @Test
  void isReadAsWritten(@TempDir Path folder) throws Exception {
    MemoryHeader header = new MemoryHeader(UUID.randomUUID());
    Path file = Files.write(folder.resolve("memory"), header.bytes());

    assertThat(MemoryHeader.read(file)).contains(header);
  }

  @Test
  void otherFilesHaveNone(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("memory"), "an application's own file");
    Path empty = Files.createFile(folder.resolve("empty"));

    assertThat(MemoryHeader.read(file)).isEmpty();
    assertThat(MemoryHeader.read(empty)).isEmpty();
  }
}
