package crjvm.oci.container;

import com.google.cloud.tools.jib.api.CacheDirectoryCreationException;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.RegistryUnauthorizedException;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import com.google.cloud.tools.jib.event.events.ProgressEvent;
import com.google.cloud.tools.jib.event.progress.ProgressEventHandler;
import com.google.cloud.tools.jib.http.ResponseException;
import crjvm.image.ImageException;
import crjvm.image.arch.Architecture;
import crjvm.image.archive.frame.Progress;
import crjvm.oci.layer.LayerStore;
import crjvm.oci.registry.Access;
import crjvm.oci.registry.Login;
import crjvm.oci.registry.RegistryFailure;
import crjvm.oci.registry.Repository;
import crjvm.oci.registry.Transport;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;

/** Finds container images that are bases. Uses jib to copy one from a registry. */
final class BaseReader {
  private static final int STEPS = 1000;

  /** The name of jib's property. */
  private static final String SEND_LOGIN_WITHOUT_TLS = "sendCredentialsOverHttp";

  private final Path folder;
  private final boolean plainHttp;
  private final Architecture machine;
  private final Progress progress;

  /**
   * Prepares a reader.
   *
   * @param folder a folder that is deleted after the build
   * @param machine the kind of machine that the base has to be for
   */
  BaseReader(Path folder, boolean plainHttp, Architecture machine, Progress progress) {
    this.folder = folder;
    this.plainHttp = plainHttp;
    this.machine = machine;
    this.progress = progress;
  }

  private Repository repository(ImageReference name) {
    return new Repository(
        name.toString(), name.getRegistry(), name.getRepository(), isPlain(name), plainHttp);
  }

  Architecture machine() {
    return machine;
  }

  /** Reads a base that is a container image. */
  BaseImage read(Base base, LayerStore store)
      throws IOException, ImageException, InterruptedException {
    return readAny(base, store).checked(machine, base.shown());
  }

  private BaseImage readAny(Base base, LayerStore store)
      throws IOException, ImageException, InterruptedException {
    switch (base.kind()) {
      case LAYOUT -> {
        return BaseImage.ofLayout(base.path(), store, machine, base.shown());
      }
      case REGISTRY -> {
        Path tar = folder.resolve("base.tar");
        copy(base.reference(), tar);
        return BaseImage.ofDockerTar(tar, store, base.shown());
      }
      default -> {
        if (BaseImage.isDockerTar(base.path())) {
          return BaseImage.ofDockerTar(base.path(), store, base.shown());
        }
        Path unpacked = folder.resolve("base");
        LayoutFolder.extract(base.path(), unpacked);
        return BaseImage.ofLayout(unpacked, store, machine, base.shown());
      }
    }
  }

  /** Copies a base from a registry in the format of docker save. */
  private void copy(String reference, Path tar)
      throws IOException, ImageException, InterruptedException {
    ImageReference name = Target.reference(reference);
    Access.toRead(repository(name), name.getQualifier());
    JibContainerBuilder container = Jib.from(remote(name)).setFormat(ImageFormat.Docker);
    containerize(
        container,
        Containerizer.to(TarImage.at(tar).named(Target.reference("localhost/base"))),
        name,
        isPlain(name));
  }

  private static RegistryImage remote(ImageReference name) throws ImageException {
    RegistryImage image = RegistryImage.named(name);
    Login.find(name.getRegistry())
        .login()
        .ifPresent(found -> image.addCredential(found.user(), secret(found)));
    return image;
  }

  /** Returns the password for jib, which puts an identity token into a form without encoding it. */
  private static String secret(Login login) {
    return login.isIdentityToken()
        ? URLEncoder.encode(login.password(), StandardCharsets.UTF_8)
        : login.password();
  }

  /**
   * Returns the folder in which the layers of bases are kept. They are fetched only once, because
   * they are large and seldom change.
   */
  private Path baseCache() {
    String given = System.getenv("XDG_CACHE_HOME");
    String home = System.getenv("HOME");
    if ((given == null || given.isEmpty()) && home != null) {
      given = home + "/.cache";
    }
    try {
      Path cache = Path.of(given == null ? "" : given, "crjvm", "oci");
      return cache.isAbsolute() ? Files.createDirectories(cache) : folder.resolve("base-cache");
    } catch (IOException e) {
      return folder.resolve("base-cache");
    }
  }

  private boolean isPlain(ImageReference name) {
    return Transport.isPlain(name.getRegistry(), plainHttp);
  }

  private void containerize(
      JibContainerBuilder container, Containerizer to, ImageReference name, boolean isPlain)
      throws IOException, ImageException, InterruptedException {
    container.setPlatforms(Set.of(new Platform(machine.containerName(), "linux")));
    to.setToolName("crjvm");
    to.setBaseImageLayersCache(baseCache());
    to.setApplicationLayersCache(folder.resolve("layer-cache"));
    to.setAllowInsecureRegistries(isPlain);
    // Users who allow access without TLS allow it for the login as well, as for push and pull.
    System.setProperty(SEND_LOGIN_WITHOUT_TLS, Boolean.toString(isPlain));
    to.addEventHandler(
        ProgressEvent.class,
        new ProgressEventHandler(
            update -> progress.at((long) (STEPS * update.getProgress()), STEPS)));
    try {
      container.containerize(to);
    } catch (RegistryException e) {
      throw explain(name, isPlain, e);
    } catch (CacheDirectoryCreationException e) {
      throw new IOException(e.getMessage(), e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() != null ? e.getCause() : e;
      if (cause instanceof RegistryException || cause instanceof ResponseException) {
        throw explain(name, isPlain, cause);
      } else if (cause instanceof IOException io) {
        throw networkOrDisk(name, isPlain, io);
      }
      throw new IOException(cause.toString(), e);
    } catch (IOException e) {
      throw networkOrDisk(name, isPlain, e);
    }
  }

  private static ImageException explain(ImageReference name, boolean isPlain, Throwable e) {
    if (e instanceof RegistryUnauthorizedException) {
      return RegistryFailure.refused(name.toString(), "", e);
    }
    return RegistryFailure.network(name.toString(), uri(name, isPlain), e)
        .orElseGet(
            () ->
                RegistryFailure.answered(
                    name.toString(),
                    String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
                    e));
  }

  /**
   * Throws a failure of the network, or returns the failure if it is one of the disk, which the
   * caller reports.
   */
  private static IOException networkOrDisk(ImageReference name, boolean isPlain, IOException e)
      throws ImageException {
    Optional<ImageException> network =
        RegistryFailure.network(name.toString(), uri(name, isPlain), e);
    if (network.isPresent()) {
      throw network.get();
    }
    return e;
  }

  private static URI uri(ImageReference name, boolean isPlain) {
    return URI.create((isPlain ? "http://" : "https://") + name.getRegistry());
  }
}
