package crjvm.agent.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import crjvm.agent.message.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {
  @TempDir private Path temp;
  private Path fresh;

  @BeforeEach
  void makeImage() throws IOException {
    fresh = image("fresh", "new");
  }

  @Test
  void aNewPlaceIsFilled() throws Exception {
    ImageFolder folder = new ImageFolder(temp.resolve("image"));
    folder.check("no checkpoint will be made");

    folder.publish(fresh, temp.resolve("graveyard"));

    assertThat(temp.resolve("image/manifest")).hasContent("new");
    assertThat(fresh).doesNotExist();
    assertThat(folder.size()).isEqualTo(3);
  }

  @Test
  void anOlderImageIsReplaced() throws Exception {
    ImageFolder folder = new ImageFolder(image("image", "old"));
    folder.check("no checkpoint will be made");

    folder.publish(fresh, temp.resolve("graveyard"));

    assertThat(temp.resolve("image/manifest")).hasContent("new");
    assertThat(temp.resolve("graveyard/manifest")).hasContent("old");
  }

  @Test
  void anEmptyFolderIsReplaced() throws Exception {
    ImageFolder folder = new ImageFolder(Files.createDirectory(temp.resolve("image")));
    folder.check("no checkpoint will be made");

    folder.publish(fresh, temp.resolve("graveyard"));

    assertThat(temp.resolve("image/manifest")).hasContent("new");
  }

  @Test
  void anOlderImageComesBackWhenTheNewOneCannotBePut() throws Exception {
    ImageFolder folder = new ImageFolder(image("image", "old"));

    assertThatThrownBy(() -> folder.publish(temp.resolve("nothing"), temp.resolve("graveyard")))
        .isInstanceOf(IOException.class);

    assertThat(temp.resolve("image/manifest")).hasContent("old");
  }

  @Test
  void otherFoldersAndFilesAreLeftAlone() throws IOException {
    Path other = Files.createDirectory(temp.resolve("other"));
    Files.writeString(other.resolve("file"), "precious");

    for (Path path : new Path[] {other, other.resolve("file")}) {
      assertThatThrownBy(() -> new ImageFolder(path).check("no checkpoint will be made"))
          .isInstanceOf(Failure.class)
          .hasMessage(
              "no checkpoint will be made: \"%s\" exists and is not an image; "
                  + "remove it or choose another image=DIR",
              path);
    }
  }

  @Test
  void missingParentsAreMadeLater() {
    assertThatCode(
            () -> new ImageFolder(temp.resolve("a/b/image")).check("no checkpoint will be made"))
        .doesNotThrowAnyException();
  }

  @Test
  void theRootIsNoPlace() {
    assertThatThrownBy(() -> new ImageFolder(Path.of("/")).check("no checkpoint will be made"))
        .isInstanceOf(Failure.class);
  }

  private Path image(String name, String manifest) throws IOException {
    Path folder = Files.createDirectory(temp.resolve(name));
    Files.writeString(folder.resolve("manifest"), manifest);
    return folder;
  }
}
