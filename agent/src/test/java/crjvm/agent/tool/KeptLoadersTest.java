package crjvm.agent.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.codehaus.plexus.classworlds.launcher.Launcher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptLoadersTest {
  private final List<Object> found = new ArrayList<>();
  private final KeptLoaders loaders = new KeptLoaders(found::add);

  @TempDir Path folder;

  private Launcher launcher() throws Exception {
    String configuration = "main is Main from core\n[core]\noptionally " + folder + "/*.jar\n";
    Launcher launcher = new Launcher();
    launcher.setSystemClassLoader(getClass().getClassLoader());
    launcher.configure(new ByteArrayInputStream(configuration.getBytes(StandardCharsets.UTF_8)));
    loaders.accept(launcher);
    return launcher;
  }

  @Test
  void theFirstWorldIsUsedAgainUntilItsJarsAreOthers() throws Exception {
    Object first = launcher().getWorld();
    assertThat(launcher().getWorld()).isSameAs(first);
    assertThat(found).containsExactly(first);

    Files.createFile(folder.resolve("new.jar"));
    assertThat(launcher().getWorld()).isNotSameAs(first);
  }
}
