package crjvm.gradle;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;

/**
 * The modules of Gradle, each in a jar of its own, as Gradle looks for them. The classes of all
 * modules are in one large jar. These jars have only the names and descriptions of the modules.
 */
final class ModuleJars {
  private static final String DESCRIPTION = "-classpath.properties";

  /** A module that Gradle asks for and that the large jar does not describe. */
  private static final String COMPILER = "gradle-java-compiler-plugin";

  private final Path folder;
  private final List<File> jars = new ArrayList<>();
  private final Set<String> libraries = new TreeSet<>();

  private ModuleJars(Path folder) {
    this.folder = folder;
  }

  /** Makes the jars of the modules in a large jar of this version. */
  static List<File> make(File large, String version, Path folder) throws IOException {
    ModuleJars modules = new ModuleJars(Files.createDirectories(folder));
    try (JarFile file = new JarFile(large)) {
      for (JarEntry entry : file.stream().toList()) {
        if (entry.getName().endsWith(DESCRIPTION)) {
          Properties description = new Properties();
          description.load(file.getInputStream(entry));
          modules.add(entry.getName().replace(DESCRIPTION, ""), version, description);
        }
      }
    }
    modules.add(COMPILER, version, new Properties());
    for (String library : modules.libraries) {
      modules.write(library, null);
    }
    return modules.jars;
  }

  private void add(String module, String version, Properties description) throws IOException {
    libraries.addAll(List.of(description.getProperty("runtime", "").split(",")));
    libraries.remove("");
    description.setProperty("runtime", "");
    description.setProperty("projects", description.getProperty("projects", ""));
    Path text = folder.resolve(module + DESCRIPTION);
    try (OutputStream out = Files.newOutputStream(text)) {
      description.store(out, null);
    }
    write(module + "-" + version + ".jar", text);
  }

  private void write(String name, Path content) throws IOException {
    Path jar = folder.resolve(name);
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      if (content != null) {
        out.putNextEntry(new JarEntry(content.getFileName().toString()));
        Files.copy(content, out);
      }
    }
    jars.add(jar.toFile());
  }
}
