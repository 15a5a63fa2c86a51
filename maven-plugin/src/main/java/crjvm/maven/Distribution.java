package crjvm.maven;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.maven.plugin.MojoExecutionException;

/** crjvm's distribution folder. */
record Distribution(Path folder) {
  private static final List<String> NEEDED =
      List.of("crjvm.jar", "bin/crjvm", "libexec/crjvm-restore", "libexec/crjvm-checkpoint");

  /**
   * Returns the distribution in a folder.
   *
   * @throws MojoExecutionException if the folder contains none
   */
  static Distribution of(Path folder, String origin) throws MojoExecutionException {
    for (String each : NEEDED) {
      if (!Files.isRegularFile(folder.resolve(each))) {
        throw new MojoExecutionException(
            "\""
                + folder
                + "\" is not a distribution folder of crjvm: it has no \""
                + each
                + "\"; correct "
                + origin
                + ", or leave it out");
      }
    }
    return new Distribution(folder);
  }

  Path launcher() {
    return folder.resolve("bin/crjvm");
  }
}
