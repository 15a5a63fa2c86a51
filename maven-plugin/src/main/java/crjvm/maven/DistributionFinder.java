package crjvm.maven;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.inject.Inject;
import javax.inject.Named;
import javax.inject.Singleton;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.project.MavenProject;
import org.codehaus.plexus.archiver.ArchiverException;
import org.codehaus.plexus.archiver.UnArchiver;
import org.codehaus.plexus.archiver.manager.ArchiverManager;
import org.codehaus.plexus.archiver.manager.NoSuchArchiverException;
import org.codehaus.plexus.util.FileUtils;
import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.resolution.ArtifactRequest;
import org.eclipse.aether.resolution.ArtifactResolutionException;

/** Gets the distribution archive of the plugin's version from the plugin's repositories. */
@Named
@Singleton
final class DistributionFinder {
  private static final String ARTIFACT = "crjvm-launcher";

  private final RepositorySystem repositories;
  private final ArchiverManager archivers;

  @Inject
  DistributionFinder(RepositorySystem repositories, ArchiverManager archivers) {
    this.repositories = repositories;
    this.archivers = archivers;
  }

  /**
   * Resolves the archive.
   *
   * @param folder the folder in which it is unpacked, once for each archive
   */
  Distribution resolve(
      String group, String version, MavenProject project, MavenSession session, Path folder)
      throws MojoExecutionException, IOException {
    Artifact artifact = new DefaultArtifact(group, ARTIFACT, "tar.gz", version);
    try {
      ArtifactRequest request =
          new ArtifactRequest(artifact, project.getRemotePluginRepositories(), null);
      Path archive =
          repositories
              .resolveArtifact(session.getRepositorySession(), request)
              .getArtifact()
              .getFile()
              .toPath();
      return unpack(archive, folder, version);
    } catch (ArtifactResolutionException e) {
      throw new MojoExecutionException(
          "crjvm's distribution \""
              + artifact
              + "\" can't be found ("
              + e.getMessage()
              + "); install crjvm and set crjvm.home or CRJVM_HOME to its folder",
          e);
    }
  }

  private Distribution unpack(Path archive, Path folder, String version)
      throws IOException, MojoExecutionException {
    Path unpacked = folder.resolve("distribution");
    Path mark = unpacked.resolve("archive");
    String source =
        archive + " " + Files.size(archive) + " " + Files.getLastModifiedTime(archive) + "\n";
    if (!Files.exists(mark) || !Files.readString(mark).equals(source)) {
      Path fresh = folder.resolve("distribution.unpacked");
      FileUtils.deleteDirectory(unpacked.toFile());
      FileUtils.deleteDirectory(fresh.toFile());
      Files.createDirectories(fresh);
      try {
        UnArchiver unArchiver = archivers.getUnArchiver("tar.gz");
        unArchiver.setSourceFile(archive.toFile());
        unArchiver.setDestDirectory(fresh.toFile());
        unArchiver.extract();
      } catch (NoSuchArchiverException | ArchiverException e) {
        throw new IOException("\"" + archive + "\" can't be unpacked: " + e.getMessage(), e);
      }
      // All versions have the same path.
      Files.move(fresh.resolve("crjvm-" + version), unpacked);
      Files.delete(fresh);
      Files.writeString(mark, source);
    }
    return Distribution.of(unpacked, "the archive \"" + archive + "\"");
  }
}
