package crjvm.oci.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import crjvm.image.ImageException;
import crjvm.oci.artifact.block.Block;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageStoreTest {
  private static final String HEX = "0123456789abcdef".repeat(4);
  private static final String DIGEST = "sha256:" + HEX;
  private static final List<Block> BLOCKS =
      List.of(new Block("memory", 0, 4096, HEX), new Block("plan", 0, 100, HEX));

  @TempDir Path folder;
  private ImageStore store;

  @BeforeEach
  void open() {
    store = new ImageStore(folder);
  }

  @Test
  void referencesAreSmallFiles() throws Exception {
    for (Map.Entry<String, String> each :
        Map.of(
                "oci://registry:5000/app:1",
                "registry:5000/app/:1",
                "oci://[fd00::1]:5000/team/app:1.2",
                "[fd00::1]:5000/team/app/:1.2",
                "oci://localhost/app@" + DIGEST,
                "localhost/app/@" + HEX)
            .entrySet()) {
      store.refer(each.getKey(), DIGEST);
      Path file = folder.resolve("refs").resolve(each.getValue());
      assertThat(file).hasContent(DIGEST + "\n");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-r--r--");
    }
  }

  @Test
  void noReferenceLeavesTheStore() {
    for (String place : List.of("oci://../app:1", "oci://./app:1", "oci:///app:1")) {
      assertThatThrownBy(() -> store.refer(place, DIGEST))
          .isInstanceOf(ImageException.class)
          .hasMessageContaining("is not a place in a registry");
    }
    assertThat(folder.resolve("app")).doesNotExist();
  }

  @Test
  void anImageIsHereWhenItsManifestAndPlanAre() throws Exception {
    store.prepare(DIGEST);
    store.note(DIGEST, BLOCKS);
    Path image = Files.createDirectory(store.image(DIGEST));
    assertThat(store.has(DIGEST)).isFalse();
    Files.createFile(image.resolve("plan"));
    assertThat(store.has(DIGEST)).isFalse();
    Files.createFile(image.resolve("manifest"));
    assertThat(store.has(DIGEST)).isTrue();
    assertThat(store.images()).containsExactly(image);
    assertThat(store.sizes(DIGEST)).isEqualTo(new Sizes(4196, 0, 2));

    // This image could not be used, and it is damaged.
    Files.writeString(image.resolveSibling("unfit"), "it is damaged\n");
    assertThat(store.has(DIGEST)).isFalse();
    store.welcome(DIGEST);
    assertThat(store.has(DIGEST)).isTrue();
  }

  @Test
  void aPartOfAnImageMakesRoom() throws Exception {
    store.prepare(DIGEST);
    Path image = Files.createDirectory(store.image(DIGEST));
    Files.createFile(image.resolve("plan"));
    store.prepare(DIGEST);
    assertThat(image).doesNotExist();
    Files.createDirectory(image);
    Files.createFile(image.resolve("manifest"));
    store.prepare(DIGEST);
    assertThat(image).isNotEmptyDirectory();
  }

  @Test
  void noImageIsLargerThanTheStoreMayBe() throws Exception {
    long mebibyte = 1 << 20;
    for (String each : new String[] {"2M", "2048k", "2097152", "99999999999999t"}) {
      store.checkQuota(2 * mebibyte, each);
    }
    for (String each : new String[] {null, "", "x", "-1", "1x"}) {
      store.checkQuota(10240 * mebibyte, each);
      assertThatThrownBy(() -> store.checkQuota(10240 * mebibyte + 1, each))
          .hasMessageContaining("may have no more than 10240 MiB;");
    }
    assertThatThrownBy(() -> store.checkQuota(2 * mebibyte + 1, "2m"))
        .isInstanceOf(ImageException.class)
        .hasMessageStartingWith("the image takes 3 MiB, and the store \"")
        .hasMessageEndingWith("\" may have no more than 2 MiB; set CRJVM_STORE_SIZE to more");
  }

  @Test
  void theFolderSaysWhoMayReadImages() throws Exception {
    for (Map.Entry<String, String> each :
        Map.of(
                "rwx------", "rwx------ r--------",
                "rwxr-x---", "rwxr-x--- r--r-----",
                "rwxr-xr-x", "rwxr-xr-x r--r--r--",
                "rwx--x--x", "rwx------ r--------")
            .entrySet()) {
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(each.getKey()));
      ImageModes modes = store.modes();
      assertThat(
              PosixFilePermissions.toString(modes.folder())
                  + " "
                  + PosixFilePermissions.toString(modes.file()))
          .isEqualTo(each.getValue());
    }
  }
}
