package crjvm.agent.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ReportFileTest {
  @TempDir Path folder;

  private void open() throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
  }

  @Test
  void ownFileIsReplaced() throws Exception {
    open();
    Path file = folder.resolve("report");
    ReportFile.write(file, "a long line\n");
    ReportFile.write(file, "short\n");
    assertThat(file).hasContent("short");
  }

  @Test
  void namedPipeIsRefusedAtOnce() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    assertThatThrownBy(() -> ReportFile.write(pipe, "x"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("not a plain file");
  }

  @Test
  void linkIsNotFollowed() throws Exception {
    Path target = Files.writeString(folder.resolve("target"), "kept");
    Path link = Files.createSymbolicLink(folder.resolve("link"), target);
    assertThatThrownBy(() -> ReportFile.write(link, "x")).isInstanceOf(IOException.class);
    assertThat(target).hasContent("kept");
  }

  @Test
  void fileOfAnotherUserIsOnlyWrittenWhereOthersCanPutNone() throws Exception {
    Path file = Files.writeString(folder.resolve("theirs"), "kept");
    boolean isRoot = new ProcessBuilder("chown", "nobody", file.toString()).start().waitFor() == 0;
    if ("1".equals(System.getenv("CRJVM_MUST_RUN"))) {
      assertThat(isRoot).as("only root can give a file to another user").isTrue();
    }
    assumeThat(isRoot).isTrue();
    open();
    assertThatThrownBy(() -> ReportFile.write(file, "x")).hasMessageContaining("another user");
    assertThat(file).hasContent("kept");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    ReportFile.write(file, "x");
    assertThat(file).hasContent("x");
  }
}
