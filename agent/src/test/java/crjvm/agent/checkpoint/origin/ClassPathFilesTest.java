package crjvm.agent.checkpoint.origin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassPathFilesTest {
  @TempDir private Path temp;

  @Test
  void manifestsAreFollowed() throws IOException {
    Path third = jar("third.jar", null);
    Path second = jar("second.jar", "third.jar missing.jar first.jar");
    Path first = jar("first.jar", "second.jar");

    assertThat(ClassPathFiles.find("first.jar:nowhere", null, temp))
        .containsExactly(first, second, third);
  }

  @Test
  void foldersAndModulePathsCount() throws IOException {
    Path classes = Files.createDirectory(temp.resolve("classes"));
    Path mods = Files.createDirectory(temp.resolve("mods"));

    assertThat(ClassPathFiles.find("classes", "mods", temp)).containsExactly(classes, mods);
  }

  @Test
  void foldersOfManifestsAreFound() throws IOException {
    Path classes = Files.createDirectory(temp.resolve("classes"));
    jar("first.jar", "second.jar");
    jar("second.jar", "classes/");

    assertThat(ClassPathFiles.folderOfManifest("first.jar", null, temp)).hasValue(classes);
    assertThat(ClassPathFiles.folderOfManifest("first.jar:classes", null, temp)).isEmpty();
    assertThat(ClassPathFiles.folderOfManifest("first.jar", "classes", temp)).isEmpty();
  }

  private Path jar(String name, String classPath) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    if (classPath != null) {
      manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, classPath);
    }
    Path file = temp.resolve(name);
    new JarOutputStream(Files.newOutputStream(file), manifest).close();
    return file;
  }
}
