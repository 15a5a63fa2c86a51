package crjvm.oci.registry;

import crjvm.image.ImageException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import land.oras.ContainerRef;
import land.oras.auth.AuthProvider;
import land.oras.auth.AuthScheme;
import land.oras.exception.OrasException;

/**
 * Gives the user's login to each registry. There may be several, because registries.conf may name
 * mirrors.
 */
public final class LoginProvider implements AuthProvider {
  private final Repository repository;
  private final String tag;
  private final Map<String, String> mirrors = new ConcurrentHashMap<>();
  private Access access;

  /**
   * Prepares the logins.
   *
   * @param repository the repository that is meant, after the rules of registries.conf were applied
   */
  public LoginProvider(Repository repository, String tag) {
    this.repository = repository;
    this.tag = tag;
  }

  /** Finds out whether the registry would accept content. */
  public synchronized void askToWrite() throws ImageException, InterruptedException {
    access = Access.toWrite(repository);
  }

  @Override
  public String getAuthHeader(ContainerRef reference) {
    boolean isMeant =
        reference.getRegistry().equals(repository.registry())
            && reference.getFullRepository().equals(repository.name());
    try {
      String header = isMeant ? access().header() : ofMirror(reference.getRegistry());
      return header.isEmpty() ? null : header;
    } catch (ImageException e) {
      throw new OrasException(e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new OrasException("interrupted", e);
    }
  }

  /** Returns the access to the registry, which is asked only at its turn, after the mirrors. */
  private synchronized Access access() throws ImageException, InterruptedException {
    if (access == null) {
      access = Access.toRead(repository, tag);
    }
    return access;
  }

  private String ofMirror(String registry) throws ImageException {
    String header = mirrors.get(registry);
    if (header == null) {
      Optional<Login> login = Login.find(registry).login();
      header = login.map(Login::basic).orElse("");
      mirrors.put(registry, header);
    }
    return header;
  }

  @Override
  public AuthScheme getAuthScheme() {
    return AuthScheme.BASIC;
  }
}
