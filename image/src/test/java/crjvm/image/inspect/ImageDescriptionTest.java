package crjvm.image.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import crjvm.image.ImageException;
import crjvm.image.archive.TestImage;
import crjvm.image.inspect.ImageDescription.MachineKind;
import crjvm.image.manifest.Manifest;
import crjvm.image.plan.PlanFile;
import crjvm.image.plan.PlanHeader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the description of an image, and of images that lack a part of it. */
class ImageDescriptionTest {
  /** The lines of a manifest that a description needs, without those of the machine. */
  private static final String LINES =
      """
      image-id=00000000-0000-0003-0000-000000000004
      created=2026-01-02T03:04:05Z
      warm-point=api
      working-directory=/srv
      vm-version=25.0.3
      java-home=/opt/jdk
      cpu-features=atomics crc32
      kernel=6.12
      """;

  @TempDir Path temp;
  private Path image;

  @BeforeEach
  void make() throws Exception {
    image = TestImage.small(temp.resolve("image"));
    for (String name : new String[] {Manifest.FILE, PlanFile.FILE}) {
      Files.setPosixFilePermissions(
          image.resolve(name), PosixFilePermissions.fromString("rw-------"));
    }
  }

  private void describe(String more) throws Exception {
    Files.writeString(image.resolve(Manifest.FILE), "format=1\n" + LINES + more);
  }

  @Test
  void namesTheKindOfMachine() throws Exception {
    describe("machine=aarch64\npage-size=4096\naddress-bits=39\n");
    assertThat(ImageDescription.of(image).needs().machine())
        .isEqualTo(new MachineKind("aarch64", 4096, 39));

    ByteArrayOutputStream text = new ByteArrayOutputStream();
    ImageInspector.print(image, new PrintStream(text, true, StandardCharsets.UTF_8));
    assertThat(text.toString(StandardCharsets.UTF_8))
        .contains("aarch64, pages of 4096 bytes, addresses of 39 bits\n");
  }

  @Test
  void anOldImageIsRefusedInOneLine() throws Exception {
    describe("");
    assertThatThrownBy(() -> ImageDescription.of(image))
        .isInstanceOf(ImageException.class)
        .hasMessage("the manifest says no \"machine\"; make the image again");

    byte[] plan = Files.readAllBytes(image.resolve(PlanFile.FILE));
    plan[8] = 11;
    Files.write(image.resolve(PlanFile.FILE), plan);
    assertThatThrownBy(() -> ImageDescription.of(image))
        .isInstanceOf(ImageException.class)
        .hasMessageEndingWith(
            "has version 11, this is for " + PlanHeader.VERSION + "; make the image again");
  }

  @Test
  void aLineWithoutANumberIsNamed() throws Exception {
    describe("machine=aarch64\npage-size=many\naddress-bits=39\n");
    assertThatThrownBy(() -> ImageDescription.of(image))
        .isInstanceOf(ImageException.class)
        .hasMessage("the manifest is damaged: \"page-size=many\"");
  }
}
