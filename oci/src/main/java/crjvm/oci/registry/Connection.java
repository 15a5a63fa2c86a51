package crjvm.oci.registry;

import crjvm.image.ImageException;
import crjvm.image.manifest.Names;
import java.io.IOException;
import land.oras.ContainerRef;
import land.oras.Registry;
import land.oras.exception.OrasException;

/**
 * The OCI client for one tag or digest, after the rules of registries.conf and with the user's
 * login.
 *
 * @param repository the repository that is meant
 * @param reference the tag as the user has written it, to which the client applies the rules
 */
public record Connection(
    Repository repository, LoginProvider login, ContainerRef reference, Registry registry) {
  /** An operation of the registry that may fail. */
  public interface Call<T> {
    T run() throws IOException;
  }

  /** Prepares a connection. */
  public static Connection of(String shown, ContainerRef reference, boolean plainHttp)
      throws ImageException {
    try {
      Registry configured = Registry.builder().build();
      ContainerRef meant = reference.forRegistry(configured);
      boolean mayBePlain = plainHttp || reference.isInsecure(configured);
      boolean isPlain =
          reference.isInsecure(
              Registry.builder()
                  .withInsecure(Transport.isPlain(meant.getRegistry(), plainHttp))
                  .build());
      Repository repository =
          new Repository(
              shown, meant.getRegistry(), meant.getFullRepository(), isPlain, mayBePlain);
      String digest = reference.getDigest();
      LoginProvider login =
          new LoginProvider(repository, digest == null ? reference.getTag() : digest);
      return new Connection(
          repository,
          login,
          reference,
          Registry.builder().withAuthProvider(login).withInsecure(isPlain).build());
    } catch (OrasException e) {
      throw new ImageException(
          "the configuration of registries in /etc/containers or of your own can't be used: "
              + Names.quote(RegistryFailure.words(e))
              + "; correct registries.conf",
          e);
    }
  }

  /**
   * Reads the name of a tag.
   *
   * @param text {@code HOST/NAME:TAG}
   * @throws IllegalArgumentException if it is none
   */
  public static ContainerRef reference(String text) {
    int end = text.indexOf('/');
    String host = text.substring(0, end);
    // The client takes a host without dot and port for a name at Docker's registry.
    return host.matches("[A-Za-z0-9-]+")
        ? ContainerRef.parse(host + ".host" + text.substring(end)).forRegistry(host)
        : ContainerRef.parse(text);
  }

  /**
   * Finds out whether the registry would accept content, before there is any.
   *
   * @throws ImageException if it would not
   */
  public void askToWrite() throws ImageException, InterruptedException {
    if (reference.isBlocked(registry)) {
      throw ClientFailure.blocked(repository.shown(), null);
    }
    login.askToWrite();
  }

  /** Reads an index or a manifest, which has a limited length. */
  public RegistryText read(ContainerRef place) throws IOException, ImageException {
    return new TextReader(login, repository.shown()).read(registry, place);
  }

  /** Runs an operation. Its failures have the words of all commands. */
  public <T> T call(Call<T> work) throws IOException, ImageException {
    try {
      return work.run();
    } catch (OrasException e) {
      throw explain(e);
    }
  }

  /** Returns the failure for an exception of the client. */
  public ImageException explain(OrasException e) {
    return ClientFailure.of(repository.shown(), repository.uri("/"), e);
  }
}
