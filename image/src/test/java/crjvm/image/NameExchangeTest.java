package crjvm.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NameExchangeTest {
  @TempDir Path temp;

  private NameExchange exchange(String script) throws Exception {
    Path program = temp.resolve("program");
    Files.writeString(program, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    return new NameExchange(program);
  }

  @Test
  void theProgramGetsBothNames() throws Exception {
    Path one = temp.resolve("a name");
    Path other = temp.resolve("other");
    Path words = temp.resolve("words");
    assertThat(exchange("printf '%s\\n' \"$@\" >" + words).swap(one, other)).isTrue();
    assertThat(Files.readAllLines(words))
        .containsExactly("--exchange", one.toString(), other.toString());
  }

  @Test
  void withoutTheProgramNothingIsSwapped() throws Exception {
    assertThat(exchange("exit 1").swap(temp, temp)).isFalse();
    assertThat(new NameExchange(temp.resolve("none")).swap(temp, temp)).isFalse();
  }

  @Test
  void anImageIsThereAtEveryMoment() throws Exception {
    Path place = image("place", "old");
    Path fresh = image("fresh", "new");
    Path swapped = temp.resolve("swapped");
    String script = "mv \"$2\" " + swapped + " && mv \"$3\" \"$2\" && mv " + swapped + " \"$3\"";
    new ImagePlace(place).publish(fresh, temp.resolve("graveyard"), exchange(script));
    assertThat(place.resolve("manifest")).hasContent("new");
    assertThat(fresh.resolve("manifest")).hasContent("old");
    assertThat(temp.resolve("graveyard")).doesNotExist();
  }

  private Path image(String name, String text) throws Exception {
    Path folder = Files.createDirectory(temp.resolve(name));
    Files.writeString(folder.resolve("manifest"), text);
    return folder;
  }
}
