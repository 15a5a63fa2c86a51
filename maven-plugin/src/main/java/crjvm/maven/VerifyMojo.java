package crjvm.maven;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.codehaus.plexus.util.FileUtils;

/**
 * Verifies an image, or the archive of an image: every byte of it, and the files of JDK,
 * application and system that it needs.
 */
@Mojo(name = "verify", requiresProject = false, threadSafe = true)
public final class VerifyMojo extends AbstractCrjvmMojo {
  /**
   * The archive to verify, a file that {@code crjvm pack} has made. Default: none, the image folder
   * is verified.
   */
  @Parameter(property = "crjvm.archive")
  private File archive;

  /**
   * A file with public keys (PEM). The image has to be signed with the private key of one of them.
   * Default: the environment variable CRJVM_REQUIRE_SIGNATURE. If that is not set either, no
   * signature is needed.
   */
  @Parameter(property = "crjvm.requireSignature")
  private File requireSignature;

  @Override
  void perform()
      throws MojoExecutionException, MojoFailureException, IOException, InterruptedException {
    if (archive == null) {
      mustSucceed(trusting("verify", existingImage()));
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
      mustSucceed(trusting("unpack", file, unpacked));
      mustSucceed(trusting("verify", unpacked));
    } finally {
      FileUtils.deleteDirectory(folder.toFile());
    }
  }

  private ProcessBuilder trusting(String command, Object... words)
      throws MojoExecutionException, IOException {
    ProcessBuilder builder = crjvm(command);
    if (requireSignature != null) {
      builder.command().addAll(List.of("--require-signature", requireSignature.getAbsolutePath()));
    }
    for (Object word : words) {
      builder.command().add(word.toString());
    }
    return builder;
  }
}
