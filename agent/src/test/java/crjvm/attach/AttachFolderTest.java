package crjvm.attach;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.attach.AttachFolder.Answer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AttachFolderTest {
  @Test
  void messageAndAnswerArriveAsTheyWere() throws Exception {
    AttachMessage message = new AttachMessage(Optional.of(Path.of("/a folder/bäh=,\\ #!")), true);
    AttachFolder asking = AttachFolder.create(message);
    Path path = Path.of(asking.option().substring(AttachFolder.OPTION.length()));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
        .isEqualTo("rwx------");
    assertThat(asking.isTaken()).isFalse();

    AttachFolder answering = AttachFolder.take(asking.option()).orElseThrow();
    assertThat(asking.isTaken()).isTrue();
    assertThat(answering.awaitGo(1)).isFalse();
    asking.go();
    assertThat(answering.awaitGo(10_000)).isTrue();
    assertThat(answering.message()).isEqualTo(message);

    assertThat(asking.answer()).isEmpty();
    Answer answer = new Answer(false, List.of("one", "two"));
    answering.answer(answer);
    assertThat(asking.answer()).contains(answer);

    asking.delete();
    assertThat(path).doesNotExist();
    answering.answer(answer); // the asking side has gone
    assertThat(answering.awaitGo(10_000)).isFalse();
  }

  @Test
  void folderIsTakenOnce() throws Exception {
    AttachFolder asking = AttachFolder.create(new AttachMessage(Optional.empty(), false));
    assertThat(AttachFolder.take(asking.option())).isPresent();
    assertThat(AttachFolder.take(asking.option())).isEmpty();
    asking.delete();
  }

  @Test
  void folderThatIsNotThereIsNotTaken(@TempDir Path folder) {
    assertThat(AttachFolder.take(AttachFolder.OPTION + folder.resolve("none"))).isEmpty();
    assertThat(AttachFolder.take(AttachFolder.OPTION)).isEmpty();
  }
}
