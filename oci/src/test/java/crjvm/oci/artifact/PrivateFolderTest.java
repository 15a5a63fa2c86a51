package crjvm.oci.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import crjvm.image.ImageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateFolderTest {
  @TempDir Path parent;
  private Path folder;

  @BeforeEach
  void name() {
    folder = parent.resolve(".image.0123456789abcdef.pull");
  }

  @Test
  void anEarlierPullsIsTaken() throws Exception {
    PrivateFolder.create(folder);
    Files.createFile(folder.resolve("lock"));
    PrivateFolder.create(folder);
    assertThat(Files.getPosixFilePermissions(folder))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void oneThatOthersMayReadIsNot() throws Exception {
    Files.createDirectory(folder);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertRefused();
  }

  @Test
  void whatIsNoFolderIsNot() throws Exception {
    Files.createSymbolicLink(folder, Files.createTempDirectory(parent, "another"));
    assertRefused();
    Files.delete(folder);
    Files.createFile(folder);
    assertRefused();
  }

  private void assertRefused() {
    assertThatThrownBy(() -> PrivateFolder.create(folder))
        .isInstanceOf(ImageException.class)
        .hasMessage(
            "\"" + folder + "\" is a folder that others can use; remove it, or pull to elsewhere");
  }
}
