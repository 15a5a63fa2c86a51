package crjvm.agent.hook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainEnterHookTest {
  @TempDir private Path temp;

  @Test
  void theMainClassStandsFirst() {
    assertThat(MainEnterHook.mainClass("com.acme.App a b")).isEqualTo("com.acme.App");
    assertThat(MainEnterHook.mainClass("acme/com.acme.App")).isEqualTo("com.acme.App");
    assertThat(MainEnterHook.mainClass("")).isNull();
  }

  @Test
  void aJarsManifestNamesIt() throws IOException {
    Path jar = temp.resolve("my app.jar");
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, "com.acme.App");
    new JarOutputStream(Files.newOutputStream(jar), manifest).close();

    assertThat(MainEnterHook.mainClass(jar + " x")).isEqualTo("com.acme.App");
    assertThat(MainEnterHook.mainClass(jar.toString())).isEqualTo("com.acme.App");
    assertThat(MainEnterHook.mainClass("nowhere.jar")).isNull();
    assertThat(MainEnterHook.hasAgent(jar + " x")).isFalse();

    manifest.getMainAttributes().putValue("Launcher-Agent-Class", "com.acme.Agent");
    new JarOutputStream(Files.newOutputStream(jar), manifest).close();
    assertThat(MainEnterHook.hasAgent(jar + " x")).isTrue();
    assertThat(MainEnterHook.hasAgent("com.acme.App")).isFalse();
  }
}
