package crjvm.agent.checkpoint.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import crjvm.agent.message.Failure;
import crjvm.image.OwnFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {
  @TempDir private Path temp;
  private Path fresh;

  private final ExecutorService executor = Executors.newCachedThreadPool();

  @AfterEach
  void end() {
    executor.shutdownNow();
  }

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
    assertThat(fresh.resolve("manifest")).hasContent("old"); // its owner deletes it
  }

  @Test
  void thereIsAnImageAtEveryMoment() throws Exception {
    Path place = image("image", "old");
    AtomicBoolean isOver = new AtomicBoolean();
    Future<Integer> absences = executor.submit(() -> countAbsences(place, isOver));
    for (int i = 0; i < 300; i++) {
      new ImageFolder(place).publish(fresh, temp.resolve("graveyard"));
    }
    isOver.set(true);
    assertThat(absences.get(60, TimeUnit.SECONDS)).isZero();
  }

  private static int countAbsences(Path place, AtomicBoolean isOver) {
    int count = 0;
    while (!isOver.get()) {
      count += Files.exists(place.resolve("manifest")) ? 0 : 1;
    }
    return count;
  }

  @Test
  void ofManyAtOnceTheLastOneStays() throws Exception {
    Path place = temp.resolve("image");
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      String name = "writer-" + i;
      all.add(executor.submit(() -> publishOften(place, name)));
    }
    for (Future<?> each : all) {
      each.get(60, TimeUnit.SECONDS);
    }
    assertThat(Files.readString(place.resolve("manifest"))).startsWith("writer-");
  }

  private Void publishOften(Path place, String name) throws IOException {
    for (int i = 0; i < 50; i++) {
      Path folder = Files.createDirectory(temp.resolve(name));
      Files.writeString(folder.resolve("manifest"), name);
      new ImageFolder(place).publish(folder, temp.resolve(name + "-graveyard"));
      OwnFiles.delete(folder);
      OwnFiles.delete(temp.resolve(name + "-graveyard"));
    }
    return null;
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
  void anImageWithoutAManifestIsNotPublished() throws Exception {
    ImageFolder folder = new ImageFolder(image("image", "old"));
    Files.delete(fresh.resolve("manifest"));
    Files.writeString(fresh.resolve("memory"), "half");

    assertThatThrownBy(() -> folder.publish(fresh, temp.resolve("graveyard")))
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
