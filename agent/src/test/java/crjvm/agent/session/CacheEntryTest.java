package crjvm.agent.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheEntryTest {
  @TempDir Path program;
  private Path folder;
  private CacheEntry entry;

  @BeforeEach
  void make() throws Exception {
    folder = Files.createDirectory(program.resolve("entry"));
    entry = new CacheEntry(folder);
  }

  @Test
  void aRefusalIsRemembered() {
    entry.refuse("checkpoint failed: it has a child; stop it");

    assertThat(folder.resolve("cannot")).hasContent("checkpoint failed: it has a child; stop it");
  }

  @Test
  void whatTheDiskRefusesIsNot() {
    entry.refuse("checkpoint failed: \"x\" can't be written (No space left on device); see df");

    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void endsAreCountedForAllEntriesOfAProgram() throws Exception {
    entry.noteEnd();
    new CacheEntry(Files.createDirectory(program.resolve("other"))).noteEnd();

    assertThat(program.resolve("ended")).hasContent("2");
  }

  @Test
  void anApplicationWithAnImageIsNotATool() throws Exception {
    Files.createDirectory(folder.resolve("image"));
    entry.noteEnd();

    assertThat(program.resolve("ended")).doesNotExist();
  }

  @Test
  void aServerIsNotATool() throws Exception {
    entry.noteEnd();
    entry.noteServer();

    assertThat(program.resolve("ended")).doesNotExist();
    assertThat(program.resolve("server")).exists();
  }
}
