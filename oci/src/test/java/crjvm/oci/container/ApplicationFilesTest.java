package crjvm.oci.container;

import static org.assertj.core.api.Assertions.assertThat;

import crjvm.image.Digest;
import crjvm.image.manifest.Manifest;
import crjvm.oci.layer.Compression;
import crjvm.oci.layer.LayerFiles;
import crjvm.oci.layer.LayerStore;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests that each file of an application goes into one layer. */
class ApplicationFilesTest {
  @TempDir private Path temporary;
  private Path folder;
  private Path home;

  @BeforeEach
  void makeFolders() throws Exception {
    Path real = temporary.toRealPath();
    folder = Files.createDirectories(real.resolve("app"));
    home = Files.createDirectories(real.resolve("crjvm"));
    Files.createDirectories(folder.resolve("lib"));
  }

  private Path jar(String name, String classPath, String... entries) throws Exception {
    java.util.jar.Manifest manifest = new java.util.jar.Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    if (!classPath.isEmpty()) {
      manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, classPath);
    }
    Path file = folder.resolve(name);
    try (OutputStream out = Files.newOutputStream(file);
        JarOutputStream jar = new JarOutputStream(out, manifest)) {
      for (String each : entries) {
        jar.putNextEntry(new ZipEntry(each));
        jar.closeEntry();
      }
    }
    return file;
  }

  private ApplicationFiles files(List<String> vm, List<String> main) throws Exception {
    Manifest manifest = new Manifest();
    manifest.add("working-directory", folder).addAll("command.vm", vm).addAll("command.main", main);
    return new ApplicationFiles(manifest, "/usr/lib/jvm/some", home);
  }

  private static RequiredFile required(Path file) throws Exception {
    return new RequiredFile(
        file.toString(), Files.size(file), Digest.sha256(file), Instant.ofEpochSecond(9));
  }

  /** Returns the names of the files in a layer. */
  private List<String> names(LayerFiles layer) throws Exception {
    LayerStore store =
        new LayerStore(Files.createTempDirectory(temporary, "blobs"), Compression.GZIP, size -> {});
    List<String> names = new ArrayList<>();
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(store.open(store.add("layer", layer::writeTo)))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        if (!entry.isDirectory()) {
          names.add(temporary.toRealPath().relativize(Path.of("/" + entry.getName())).toString());
        }
      }
    }
    return names;
  }

  @Test
  void theLibrariesOfAnExtractedJarAreALayerOfTheirOwn() throws Exception {
    Path app =
        jar("app.jar", "lib/a-1.0.jar lib/b-2.0-SNAPSHOT.jar lib/unused.jar", "app/Main.class");
    Path a = jar("lib/a-1.0.jar", "");
    Path b = jar("lib/b-2.0-SNAPSHOT.jar", "");
    jar("lib/unused.jar", "");
    Path agent = Files.writeString(home.resolve("crjvm.jar"), "agent");
    Path data = Files.writeString(folder.resolve("data"), "data");
    List<RequiredFile> required = new ArrayList<>();
    for (Path each : List.of(app, a, b, agent, data)) {
      required.add(required(each));
    }
    ApplicationFiles files = files(List.of(), List.of("-jar", "app.jar"));
    for (RequiredFile each : required) {
      assertThat(files.owns(each)).isTrue();
      files.add(each);
    }
    files.addClassPath(required);
    assertThat(names(files.libraries())).containsExactly("app/lib/a-1.0.jar", "app/lib/unused.jar");
    assertThat(names(files.snapshots())).containsExactly("app/lib/b-2.0-SNAPSHOT.jar");
    assertThat(names(files.application())).containsExactly("app/app.jar", "app/data");
    assertThat(names(files.launcher())).containsExactly("crjvm/crjvm.jar");
    assertThat(files.fatJar()).isEmpty();
  }

  @Test
  void onAClassPathTheJarWithTheMainClassIsTheApplications() throws Exception {
    Path library = jar("library.jar", "", "library/Code.class");
    Path app = jar("app.jar", "", "app/Main.class");
    Path classes = Files.createDirectories(folder.resolve("classes/app"));
    Files.writeString(classes.resolve("Other.class"), "class");
    String classPath = "library.jar:" + app + ":classes:missing.jar:";
    ApplicationFiles files = files(List.of("-Xmx1g", "-cp", classPath), List.of("app.Main"));
    files.add(required(library));
    files.addClassPath(List.of(required(library)));
    assertThat(names(files.libraries())).containsExactly("app/library.jar");
    assertThat(names(files.application()))
        .containsExactly("app/app.jar", "app/classes/app/Other.class");
  }

  @Test
  void aJarWithItsLibrariesInsideIsNoticed() throws Exception {
    Path app = jar("app.jar", "", "BOOT-INF/classes/app/Main.class", "BOOT-INF/lib/a.jar");
    assertThat(files(List.of(), List.of("-jar", "app.jar")).fatJar()).contains(app.toString());
  }
}
