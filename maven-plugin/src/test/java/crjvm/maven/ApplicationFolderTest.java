package crjvm.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.apache.maven.plugin.MojoExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApplicationFolderTest {
  @TempDir private Path temporary;

  private Path jar(String name, String mainClass, String classPath) throws IOException {
    Manifest manifest = new Manifest();
    Attributes main = manifest.getMainAttributes();
    main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    if (mainClass != null) {
      main.put(Attributes.Name.MAIN_CLASS, mainClass);
    }
    if (classPath != null) {
      main.put(Attributes.Name.CLASS_PATH, classPath);
    }
    Path jar = temporary.resolve(name);
    Files.createDirectories(jar.getParent());
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
      out.finish();
    }
    return jar;
  }

  @Test
  void whatTheManifestNamesComesAlong() throws Exception {
    jar("target/lib/a.jar", null, null);
    jar("b.jar", null, null);
    Path jar = jar("target/app.jar", "App", "lib/a.jar ../b.jar /c.jar lib/missing.jar");
    Path folder = temporary.resolve("copy");
    assertThat(new ApplicationFolder(folder).addJar(jar)).isEqualTo(folder.resolve("app.jar"));
    assertThat(folder.resolve("lib")).isDirectoryContaining("glob:**/a.jar");
    assertThat(folder.resolve("lib/missing.jar")).doesNotExist();
    assertThat(temporary.resolve("b.jar")).exists();
    assertThat(Files.getLastModifiedTime(folder.resolve("app.jar")).toMillis())
        .isEqualTo(Files.getLastModifiedTime(jar).toMillis());
  }

  @Test
  void anotherBuildGetsAnotherFile() throws Exception {
    Path jar = jar("app.jar", "App", null);
    Path folder = temporary.resolve("copy");
    Path copy = new ApplicationFolder(folder).addJar(jar);
    Object first = Files.getAttribute(copy, "unix:ino");
    // The file stays open, as in a running copy, so that its inode number can't be used again.
    try (var running = Files.newInputStream(copy)) {
      assertThat(running.read()).isNotNegative();
      new ApplicationFolder(folder).addJar(jar("app.jar", "Other", null));
      assertThat(Files.getAttribute(copy, "unix:ino")).isNotEqualTo(first);
    }
  }

  @Test
  void librariesOfTheSameNameDoNotReplaceEachOther() throws Exception {
    List<Path> jars = List.of(jar("x/core-1.jar", null, null), jar("y/core-1.jar", null, "z.jar"));
    List<Path> copies = new ApplicationFolder(temporary.resolve("copy")).addLibraries(jars);
    assertThat(copies).doesNotHaveDuplicates();
    for (int i = 0; i < 2; i++) {
      assertThat(copies.get(i)).hasSameBinaryContentAs(jars.get(i));
    }
  }

  @Test
  void aFolderOfClassesIsNoLibrary() {
    assertThatThrownBy(
            () -> new ApplicationFolder(temporary.resolve("copy")).addLibraries(List.of(temporary)))
        .isInstanceOf(MojoExecutionException.class)
        .hasMessageContaining("is a folder of classes, not a jar; ");
  }

  @Test
  void withoutAMainClassThereIsNothingToStart() throws Exception {
    ApplicationFolder.needMainClass(jar("app.jar", "App", null));
    Path library = jar("library.jar", null, null);
    assertThatThrownBy(() -> ApplicationFolder.needMainClass(library))
        .hasMessageStartingWith("the manifest of \"" + library + "\" names no main class; ");
  }
}
