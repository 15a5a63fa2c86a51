package crjvm.agent.file;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.agent.hook.resource.FileUse;
import crjvm.image.OutsideFile;
import crjvm.image.OutsideFile.Kind;
import crjvm.image.manifest.ImageFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests of what marks an image as too old when a restored process deletes or renames files. */
class FileGuardTest {
  @TempDir private Path temporary;
  private Path folder;
  private Path image;
  private final FileNotes notes = new FileNotes();

  @BeforeEach
  void makeFolders() throws IOException {
    folder = Files.createDirectory(temporary.resolve("inbox"));
    image = Files.createDirectory(temporary.resolve("image"));
  }

  private void restore(OutsideFile... files) {
    FileGuard guard = new FileGuard(List.of(files), Set.of(folder), List.of());
    guard.setImage(image);
    notes.setGuard(guard);
  }

  private Path file(String name) throws IOException {
    return Files.writeString(folder.resolve(name), "x");
  }

  private static OutsideFile exempt(Kind kind, Path path) {
    return OutsideFile.exempt(kind, path);
  }

  private List<String> noted() throws IOException {
    Path written = image.resolve(ImageFiles.WRITTEN);
    return Files.exists(written) ? Files.readAllLines(written) : List.of();
  }

  @Test
  void whatWasListedAndIsDeletedOrRenamed() throws Exception {
    Path first = file("1");
    Path second = file("2");
    restore();
    notes.accept(first.toString(), FileUse.DELETE);
    notes.accept(new Object[] {second, temporary.resolve("done")}, FileUse.RENAME);

    assertThat(noted()).containsExactly(first.toString(), second.toString());
  }

  @Test
  void whatTheProcessHasMadeItselfDoesNotCount() throws Exception {
    restore();
    Instant restored = Instant.now();
    Path fresh;
    do {
      fresh = file("fresh");
    } while (Files.getLastModifiedTime(fresh).toInstant().isBefore(restored)); // the clock's ticks
    notes.accept(fresh.toString(), FileUse.DELETE);

    assertThat(noted()).isEmpty();
  }

  @Test
  void temporaryFilesAndRolledLogsDoNotCount() throws Exception {
    Path pid = file("pid");
    restore(exempt(Kind.PROCESS_ID, pid));
    notes.accept(pid.toString(), FileUse.DELETE);
    assertThat(noted()).isEmpty();

    Path rolled = file("app.1.log");
    restore(exempt(Kind.LOG, folder.resolve("app.log")));
    notes.accept(rolled.toString(), FileUse.DELETE);
    assertThat(noted()).isEmpty();
  }
}
