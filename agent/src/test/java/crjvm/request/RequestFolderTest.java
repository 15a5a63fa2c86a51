package crjvm.request;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.request.RequestFolder.Answer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RequestFolderTest {
  @Test
  void requestAndAnswerArriveAsTheyWere() throws Exception {
    Request request = new Request(Optional.of(Path.of("/a folder/bäh=,\\ #!")), true);
    RequestFolder asking = RequestFolder.create(request);
    Path path = Path.of(asking.option().substring(RequestFolder.OPTION.length()));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
        .isEqualTo("rwx------");
    assertThat(asking.isTaken()).isFalse();

    RequestFolder answering = RequestFolder.take(asking.option()).orElseThrow();
    assertThat(asking.isTaken()).isTrue();
    assertThat(answering.awaitGo(1)).isFalse();
    asking.go();
    assertThat(answering.awaitGo(10_000)).isTrue();
    assertThat(answering.request()).isEqualTo(request);

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
    RequestFolder asking = RequestFolder.create(new Request(Optional.empty(), false));
    assertThat(RequestFolder.take(asking.option())).isPresent();
    assertThat(RequestFolder.take(asking.option())).isEmpty();
    asking.delete();
  }

  @Test
  void folderThatIsNotThereIsNotTaken(@TempDir Path folder) {
    assertThat(RequestFolder.take(RequestFolder.OPTION + folder.resolve("none"))).isEmpty();
    assertThat(RequestFolder.take(RequestFolder.OPTION)).isEmpty();
  }
}
