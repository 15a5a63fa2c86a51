package crjvm.oci;

import com.google.cloud.tools.jib.registry.credentials.DockerConfigCredentialRetriever;
import crjvm.image.ImageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who the user is for a registry, by the files that podman login and docker login write: the same
 * for all commands, which the clients of registries would each see differently.
 */
public record Login(String user, String password) {
  /**
   * @param registry with or without a port
   */
  public static Optional<Login> find(String registry) throws ImageException {
    for (Path file : files(System.getenv())) {
      Optional<Login> found = read(registry, file);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  static Optional<Login> read(String registry, Path file) throws ImageException {
    try {
      return DockerConfigCredentialRetriever.create(registry, file)
          .retrieve(event -> {})
          .map(each -> new Login(each.getUsername(), each.getPassword()));
    } catch (IOException | RuntimeException e) {
      // What a library says of a file with passwords in it may quote them.
      throw new ImageException(
          "the logins in \""
              + file
              + "\" can't be read; log in again with podman login or docker login",
          e);
    }
  }

  /** Where podman looks, in its order. */
  static List<Path> files(Map<String, String> environment) {
    String only = environment.getOrDefault("REGISTRY_AUTH_FILE", "");
    if (!only.isEmpty()) {
      return List.of(Path.of(only));
    }
    List<Path> files = new ArrayList<>();
    String home = environment.getOrDefault("HOME", System.getProperty("user.home"));
    String session = environment.getOrDefault("XDG_RUNTIME_DIR", "");
    files.add(
        session.isEmpty()
            ? Path.of("/run/containers", uid(), "auth.json") // as podman has it
            : Path.of(session, "containers/auth.json"));
    files.add(folder(environment, "XDG_CONFIG_HOME", home + "/.config", "containers/auth.json"));
    files.add(folder(environment, "DOCKER_CONFIG", home + "/.docker", "config.json"));
    return files;
  }

  private static Path folder(
      Map<String, String> environment, String variable, String otherwise, String file) {
    String given = environment.getOrDefault(variable, "");
    return Path.of(given.isEmpty() ? otherwise : given).resolve(file);
  }

  private static String uid() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").toString();
    } catch (IOException e) {
      return "0";
    }
  }
}
