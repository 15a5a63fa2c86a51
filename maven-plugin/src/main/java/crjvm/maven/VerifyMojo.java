package crjvm.maven;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.codehaus.plexus.util.FileUtils;

/**
 * Verifies an image, or the archive of one: every byte of it, and the files of JDK, application and
 * system that it needs.
 */
@Mojo(name = "verify", requiresProject = false, threadSafe = true)
public final class VerifyMojo extends AbstractCrjvmMojo {
  /**
   * The archive to verify, a file that {@code crjvm pack} has made. Default: none, but the image
   * folder.
   */
  @Parameter(property = "crjvm.archive")
  private File archive;

  @Override
  void perform()
      throws MojoExecutionException, MojoFailureException, IOException, InterruptedException {
    if (archive == null) {
      if (!Files.isDirectory(image())) {
        throw new MojoExecutionException(
            "there is no image \""
                + image()
                + "\"; run the goal checkpoint first, or set crjvm.image");
      }
      mustSucceed(crjvm("verify", image()));
      return;
    }
    Path file = archive.toPath().toAbsolutePath();
    if (!Files.isRegularFile(file)) {
      throw new MojoExecutionException(
          "there is no archive \"" + file + "\"; correct crjvm.archive");
    }
    Files.createDirectories(workFolder());
    Path folder = Files.createTempDirectory(workFolder(), "verify-");
    try {
      Path unpacked = folder.resolve("image");
      mustSucceed(crjvm("unpack", file, unpacked));
      mustSucceed(crjvm("verify", unpacked));
    } finally {
      FileUtils.deleteDirectory(folder.toFile());
    }
  }
}
