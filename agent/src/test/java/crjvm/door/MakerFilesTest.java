package crjvm.door;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MakerFilesTest {
  @TempDir Path folder;

  @Test
  void onlyTheProcessThatHasClaimedAnEntryMakesItsImage() throws Exception {
    Path entry = Files.createDirectory(folder.resolve("a,b\\c"));
    String options =
        "at=launch,entry=" + entry.toString().replace("\\", "\\\\").replace(",", "\\,") + ",then=x";
    assertThat(MakerFiles.isForAnother(options)).isTrue();
    String stat = Files.readString(Path.of("/proc/self/stat"));
    String start = stat.substring(stat.lastIndexOf(')')).split(" ")[20];
    Files.writeString(entry.resolve("maker.1"), "1 " + start + "\n");
    assertThat(MakerFiles.isForAnother(options)).isTrue();
    Files.writeString(entry.resolve("maker.2"), ProcessHandle.current().pid() + " " + start + "\n");
    assertThat(MakerFiles.isForAnother(options)).isFalse();
  }

  @Test
  void optionsWithoutAnEntryAreForEveryProcess() {
    assertThat(MakerFiles.isForAnother("")).isFalse();
    assertThat(MakerFiles.isForAnother("image=entry\\,entry=x")).isFalse();
    assertThat(MakerFiles.isForAnother("image=a,entry=/nowhere")).isTrue();
  }
}
